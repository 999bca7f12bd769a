import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder of this machine's copies of objects: `COUNTERPOISE_STORE_CACHE`, else in the user's cache folder. */
export function localCacheFolder(): string {
  const { COUNTERPOISE_STORE_CACHE, XDG_CACHE_HOME } = process.env;
  return resolve(
    COUNTERPOISE_STORE_CACHE ||
      join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'counterpoise', 'artifacts'),
  );
}
