import { join, resolve } from 'node:path';
import { userCacheFolder } from './home-of-user.ts';

/**
 * The folder of this machine's copies of objects: `COUNTERPOISE_STORE_CACHE`, else a folder of `COUNTERPOISE_CACHE`, else
 * in the user's cache folder.
 * @throws {InvalidInput} for a user without a home folder
 */
export function localCacheFolder(): string {
  const { COUNTERPOISE_STORE_CACHE, COUNTERPOISE_CACHE } = process.env;
  const cache = () => COUNTERPOISE_CACHE || join(userCacheFolder('COUNTERPOISE_CACHE'), 'counterpoise');
  return resolve(COUNTERPOISE_STORE_CACHE || join(cache(), 'artifacts'));
}
