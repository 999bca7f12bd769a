/**
 * Where a worker may read. A run's source or model may be named by any client that reaches the Temporal server, so it is
 * accepted only within the allow-list of the worker's operator.
 */
import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { InvalidInput } from '../settings/invalid-input.ts';
import {
  formatObjectAddress,
  isObjectAddress,
  type ObjectAddress,
  parseObjectAddress,
} from './object-address.ts';
import { userHome } from './user-folders.ts';

/** Allows everything that the user of the process can read. */
export const EVERYTHING = '*';

/** Never read unless allowed explicitly: system and hidden folders. */
const SYSTEM_FOLDERS =
  /^\/(private\/)?(etc|proc|sys|dev|run|boot|root|usr|bin|sbin|lib\w*|var(?!\/(tmp|folders)\b))(\/|$)/;
/** Their parent folders. */
const ABOVE_SYSTEM_FOLDERS = /^\/((private|var|private\/var))?$/;
/** `..` as a folder, and alternatives that contain a slash or begin with a dot. */
const ODD_PATTERN = /(^|[/{,(|])\.\.([/},)|]|$)|[{([][^\])}]*\/|\\\/|(^|\/)[@+?*!]?[{(]([^})]*[,|])?\./;
/** Private home folders of people and services. */
const OWN_HOME = /^\/(root|(?!etc|proc|sys|dev|run|boot|usr|bin|sbin|lib)[^/]+\/.+)$/;
/** Linux's limit. */
const MOST_LINKS = 40;
const REMEDY = 'Start the worker with --allow (or COUNTERPOISE_ALLOW)';

export interface AllowedPlaces {
  /** Folders and `s3://bucket/prefix`; undefined for the default, `['*']` for everything. */
  allow?: readonly string[] | undefined;
  /** The product's own folders and addresses, always allowed: store, home, caches. */
  own: readonly string[];
}

/** What a worker may read; created once per process. Checks reject with {InvalidInput}. */
export class AllowList {
  readonly #everything: boolean;
  readonly #isDefault: boolean;
  readonly #folders: string[];
  readonly #objects: ObjectAddress[];

  /** @throws {InvalidInput} for anything but a folder or a bucket address */
  constructor({ allow, own }: AllowedPlaces) {
    const places = [...(allow ?? []), ...own].filter((place) => place !== EVERYTHING);
    this.#everything = allow?.includes(EVERYTHING) ?? false;
    this.#isDefault = allow === undefined;
    this.#folders = places.filter((place) => !isObjectAddress(place)).map(folderOf);
    this.#objects = places.filter(isObjectAddress).map((place) => parseObjectAddress(place, '--allow'));
  }

  static everything(): AllowList {
    return new AllowList({ allow: [EVERYTHING], own: [] });
  }

  /**
   * Rejects a path outside the allow-list, by its name and its link target. Missing files are checked by name.
   * @param place the setting of the path: `source`, `model`
   */
  async checkPath(path: string, place: string): Promise<void> {
    if (this.#everything) return;
    if (path.includes('\0'))
      throw new InvalidInput(place, 'a path with a NUL character', 'Write the path of a file');
    if (!(await this.allows(path))) throw this.#refusal(place, path);
  }

  /** Whether a path is within the allow-list, by its name and its link target. */
  async allows(path: string): Promise<boolean> {
    const named = resolve(path);
    return this.#everything || ((await this.#holds(named)) && (await this.#holds(await realPath(named))));
  }

  /** Rejects a pattern that could match anything outside: it begins above, or its alternatives lead elsewhere. */
  async checkPattern(pattern: string, place: string): Promise<void> {
    if (this.#everything) return;
    await this.checkPath(pattern, place);
    const base = resolve(picomatch.scan(pattern).base || '.');
    await this.checkPath(base, place);
    if (this.#isDefault && ABOVE_SYSTEM_FOLDERS.test(await realPath(base)))
      throw this.#refusal(place, pattern);
    if (ODD_PATTERN.test(pattern))
      throw new InvalidInput(
        place,
        `${pattern} is a pattern with .. or with folders in its alternatives`,
        'Write the whole path',
      );
  }

  /** Rejects an object outside the allow-list. */
  checkObject(address: ObjectAddress, place: string): void {
    if (this.#everything) return;
    const isAllowed = this.#objects.some(
      ({ bucket, key }) =>
        bucket === address.bucket &&
        (key === '' || address.key === key || address.key.startsWith(key.replace(/\/*$/, '/'))),
    );
    if (!isAllowed)
      throw new InvalidInput(
        place,
        `${formatObjectAddress(address)} is not among what this worker may read`,
        `${REMEDY} s3://${address.bucket}`,
      );
  }

  /** The rule in words, for the worker's startup message. */
  describe(): string {
    if (this.#everything) return 'everything that its user can read';
    const places = [...this.#folders, ...this.#objects.map(formatObjectAddress)];
    if (!this.#isDefault) return places.join(', ');
    return 'all files of its user but those of the system and hidden ones, and the bucket of its store (--allow restricts it)';
  }

  async #holds(path: string): Promise<boolean> {
    for (const folder of this.#folders)
      if (isBelow(path, folder) || isBelow(path, await realPath(folder))) return true;
    return this.#isDefault && !isPrivate(path);
  }

  /** The same error whether or not the file exists, without revealing link targets. */
  #refusal(place: string, path: string): InvalidInput {
    return new InvalidInput(
      place,
      `${path} lies outside of what this worker may read, or a link leads there`,
      `${REMEDY} and the folder of the file itself`,
    );
  }
}

/** Folders with a user's secrets begin with a dot, as do those of their tools. */
function isPrivate(path: string): boolean {
  const home = userHome();
  // Service and container users have homes such as / and /usr/sbin, which are not private.
  const isOwn = home !== undefined && OWN_HOME.test(home) && isBelow(path, home);
  return (!isOwn && SYSTEM_FOLDERS.test(path)) || /\/\./.test(isOwn ? path.slice(home.length) : path);
}

/** Whether an absolute path is a folder or inside it, by name. */
export const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const folderOf = (place: string) => resolve(place.startsWith('file://') ? fileURLToPath(place) : place);

/** The real path; for a missing file, that of its nearest folder or its broken link. */
async function realPath(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP' || dirname(path) === path) return path;
    const folder = await realPath(dirname(path), links);
    const target =
      links < MOST_LINKS ? await readlink(join(folder, basename(path))).catch(() => undefined) : undefined;
    return target === undefined ? join(folder, basename(path)) : realPath(resolve(folder, target), links + 1);
  }
}
