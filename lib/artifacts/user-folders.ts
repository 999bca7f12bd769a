import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';

/** The user's home folder; undefined for an id without a user, as in some containers. */
export function userHome(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** The user's cache folder. @throws {InvalidInput} suggesting the variable `instead` */
export function userCacheFolder(instead: string): string {
  const home = userHome();
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  if (home !== undefined) return join(home, '.cache');
  throw new InvalidInput(
    instead,
    'is not set, and this user has no home folder',
    'Set COUNTERPOISE_CACHE, HF_HOME and COUNTERPOISE_HOME to folders that it may write to',
  );
}

/** The cache folder of setup: `COUNTERPOISE_CACHE`, else in the user's cache folder. */
export const cacheFolder = (): string =>
  process.env.COUNTERPOISE_CACHE || join(userCacheFolder('COUNTERPOISE_CACHE'), 'counterpoise');

/** The folder for local copies of objects: `COUNTERPOISE_STORE_CACHE`, else one in `cacheFolder`. */
export const localCacheFolder = (): string =>
  resolve(process.env.COUNTERPOISE_STORE_CACHE || join(cacheFolder(), 'artifacts'));
