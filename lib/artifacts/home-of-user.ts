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

/** The folder of the user's caches. @throws {InvalidInput} that names `instead`, the variable of the cache asked for */
export function userCacheFolder(instead: string): string {
  const home = homeOfUser();
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (home !== undefined) return join(home, '.cache');
  throw new InvalidInput(
    instead,
    'is not set, and this user has no home folder',
    'Set COUNTERPOISE_CACHE, HF_HOME and COUNTERPOISE_HOME to folders that it may write to',
  );
}

/** The folder of everything that set-up keeps: `COUNTERPOISE_CACHE`, else in the user's cache folder. */
export const cacheFolder = (): string =>
  process.env.COUNTERPOISE_CACHE || join(userCacheFolder('COUNTERPOISE_CACHE'), 'counterpoise');

/** The folder of this machine's copies of objects: `COUNTERPOISE_STORE_CACHE`, else one in `cacheFolder`. */
export const localCacheFolder = (): string =>
  resolve(process.env.COUNTERPOISE_STORE_CACHE || join(cacheFolder(), 'artifacts'));
