import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';

/** The user's home folder; undefined for an id that no user has, as containers are started with. */
export function homeOfUser(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * The folder of the user's caches: `XDG_CACHE_HOME`, else `.cache` in the home folder.
 * @param instead the variable that names the cache asked for by itself
 * @throws {InvalidInput} for a user without a home folder
 */
export function userCacheFolder(instead: string): string {
  const { XDG_CACHE_HOME } = process.env;
  const home = homeOfUser();
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (home !== undefined) return join(home, '.cache');
  throw new InvalidInput(
    instead,
    'is not set, and this user has no home folder',
    'Set COUNTERPOISE_CACHE, HF_HOME and COUNTERPOISE_HOME to folders that it may write to',
  );
}

/**
 * The folder of everything that set-up keeps: `COUNTERPOISE_CACHE`, else in the user's cache folder.
 * @throws {InvalidInput} for a user without a home folder
 */
export const cacheFolder = (): string =>
  process.env.COUNTERPOISE_CACHE || join(userCacheFolder('COUNTERPOISE_CACHE'), 'counterpoise');

/**
 * The folder of this machine's copies of objects: `COUNTERPOISE_STORE_CACHE`, else one in `cacheFolder`.
 * @throws {InvalidInput} for a user without a home folder
 */
export const localCacheFolder = (): string =>
  resolve(process.env.COUNTERPOISE_STORE_CACHE || join(cacheFolder(), 'artifacts'));
