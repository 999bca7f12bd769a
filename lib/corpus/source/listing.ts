/** What lies under a name, on disk or in a bucket. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { escapePath, glob, isDynamicPattern } from 'tinyglobby';
import { formatObjectAddress, type ObjectAddress } from '../../artifacts/object-address.ts';
import { ObjectStorage } from '../../artifacts/object-storage.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { RunSettings } from '../../settings/settings.ts';

export interface Listing {
  kind: 'file' | 'folder' | 'pattern';
  /** By absolute paths or `s3://` addresses, sorted. */
  entries: { name: string; bytes: number; writtenAt: number }[];
}

type Selection = RunSettings['sourceSelection'];

/**
 * The files that a path, a folder, a pattern or a `file://` address means. Where the newest is asked for and nothing lies
 * under a name, it is the beginning of names: `/data/scrape-` stands for `/data/scrape-*`.
 * @throws {InvalidInput} where nothing lies there
 */
export async function listPaths(source: string, selection: Selection): Promise<Listing> {
  const name = localName(source, source);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(name)?.[1];
  if (scheme !== undefined)
    throw new InvalidInput(
      source,
      `a source cannot be read from ${scheme.toLowerCase()}://`,
      'Copy it to a folder that the worker can read, and name that path or its file:// address.',
    );
  const absolute = path.resolve(name);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isFile()) return { kind: 'file', entries: [entryOf(absolute, found)] };
  if (found?.isDirectory()) return { kind: 'folder', entries: await search('**/*', absolute) };
  if (found)
    throw new InvalidInput(source, 'this is neither a file nor a folder', 'Name a file, a folder or a glob.');
  const isPattern = isDynamicPattern(name);
  const pattern = isPattern ? name : `${escapePath(name)}*`;
  const entries = isPattern || selection === 'newest' ? await search(pattern, process.cwd()) : [];
  if (entries.length > 0) return { kind: 'pattern', entries };
  throw isPattern
    ? new InvalidInput(
        source,
        'no file matches this pattern',
        `It was searched from ${process.cwd()}; check the folder and the ending.`,
      )
    : new InvalidInput(
        source,
        'there is no such file',
        `It was looked for at ${absolute}; check the name, or give the whole path.`,
      );
}

/**
 * A `file://` address as a path; any other name as it is.
 * @throws {InvalidInput} where it is no address of a local file
 */
export function localName(name: string, place: string): string {
  if (!/^file:\/\//i.test(name)) return name;
  try {
    return fileURLToPath(name);
  } catch (cause) {
    throw new InvalidInput(
      place,
      `${name} is no address of a local file (${(cause as Error).message})`,
      'Write it as file:///folder/name.csv.',
    );
  }
}

async function search(pattern: string, cwd: string): Promise<Listing['entries']> {
  const files = await glob(pattern, { cwd, absolute: true, onlyFiles: true, expandDirectories: false });
  return Promise.all(
    files
      .map((file) => path.resolve(file))
      .sort()
      .map(async (file) => entryOf(file, await stat(file))),
  );
}

const entryOf = (name: string, { size, mtimeMs }: Stats) => ({ name, bytes: size, writtenAt: mtimeMs });

/**
 * The objects that an address means: itself, all below a prefix, or those that a pattern matches.
 * @throws {InvalidInput} where nothing lies there
 */
export async function listObjects(address: ObjectAddress, selection: Selection): Promise<Listing> {
  const { bucket, key } = address;
  const storage = new ObjectStorage(bucket);
  const addressOf = (name: string) => formatObjectAddress({ bucket, key: name });
  const { base, glob: pattern } = picomatch.scan(key);
  const isPattern = pattern !== '';
  const object = !isPattern && key !== '' && (await storage.describe(key));
  if (object) return { kind: 'file', entries: [{ ...object, name: addressOf(key) }] };
  const isWanted = isPattern ? picomatch(key) : () => true;
  const prefix = isPattern ? folderOf(base) : selection === 'newest' ? key : folderOf(key);
  const entries: Listing['entries'] = [];
  for await (const { key: name, bytes, writtenAt } of storage.list(prefix))
    if (!name.endsWith('/') && isWanted(name)) entries.push({ name: addressOf(name), bytes, writtenAt });
  if (entries.length > 0) return { kind: isPattern ? 'pattern' : 'folder', entries };
  throw new InvalidInput(
    'source',
    `${formatObjectAddress(address)}: there is no such object, and none below it`,
    'Check bucket and key.',
  );
}

const folderOf = (key: string) => (key === '' || key.endsWith('/') ? key : `${key}/`);
