/** Resolves a run's source to local files that this worker may read. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { escapePath, glob, isDynamicPattern } from 'tinyglobby';
import type { AllowList } from '../artifacts/allow-list.ts';
import type { ReadingOptions } from '../artifacts/digest.ts';
import { FileCache } from '../artifacts/file-cache.ts';
import { formatObjectAddress, isObjectAddress, parseObjectAddress } from '../artifacts/object-address.ts';
import { ObjectStorage } from '../artifacts/object-storage.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { localCacheFolder } from '../artifacts/user-folders.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { RunSettings } from '../settings/settings.ts';

/** A file of a source: where it lies on this disk, and its reference if it lies in a bucket. */
export interface OutsideFile {
  path: string;
  reference?: ArtifactReference;
}

type Selection = RunSettings['sourceSelection'];

/** What lies under a name, on disk or in a bucket. */
interface Listing {
  kind: 'file' | 'folder' | 'pattern';
  /** By absolute paths or `s3://` addresses, sorted. */
  entries: { name: string; bytes: number; writtenAt: number }[];
}

/** What of a folder, on disk or in a bucket, is a dataset. Any other file is read when it is named. */
const DATASET = /\.(csv|tsv|tab|jsonl|ndjson|parquet)(\.(gz|gzip|zst|zstd))?$/i;

/**
 * The files of a source, each once; objects are fetched. A list keeps its order, because for a repeated id the last record
 * wins; a folder or a pattern gives its files sorted by name, or the one written last, but none that is empty or, by its
 * name, no dataset.
 * @throws {InvalidInput} where nothing lies under a name, or this worker may not read it
 */
export async function openSources(
  source: string | string[],
  selection: Selection,
  allowList: AllowList,
  reading: ReadingOptions,
): Promise<{ files: OutsideFile[]; passedOver: string[] }> {
  const files = new Map<string, OutsideFile>();
  const passedOver: string[] = [];
  for (const one of [source].flat()) {
    const isObject = isObjectAddress(one);
    const listing = await (isObject ? listObjects : listPaths)(one, selection, allowList);
    const taken = datasetsOf(one, listing);
    passedOver.push(...listing.entries.flatMap((entry) => (taken.includes(entry) ? [] : entry.name)));
    for (const { name } of selection === 'newest' ? [newestOf(taken)] : taken) {
      if (!isObject) await allowList.checkPath(name, 'source');
      const file = isObject
        ? await new FileCache(localCacheFolder()).fetch(parseObjectAddress(name, 'source'), reading)
        : { path: name };
      files.set(file.path, file);
    }
  }
  return { files: [...files.values()], passedOver };
}

function datasetsOf(source: string, { kind, entries }: Listing): Listing['entries'] {
  if (kind === 'file') return entries;
  const isWanted = (name: string) => kind === 'pattern' || DATASET.test(name);
  const taken = entries.filter(({ name, bytes }) => bytes > 0 && isWanted(name));
  if (taken.length > 0) return taken;
  throw new InvalidInput(
    source,
    kind === 'folder' ? 'this folder holds no dataset' : 'all files that match this pattern are empty',
    'Of a folder are taken files that are not empty and end in .csv, .tsv, .tab, .jsonl, .ndjson or .parquet, with or without .gz or .zst.',
  );
}

/** Of what was written at the latest moment, the last by name. */
const newestOf = <T extends { writtenAt: number }>(files: readonly T[]): T =>
  files.reduce((newest, one) => (one.writtenAt >= newest.writtenAt ? one : newest));

/** Refuses a path, a `file://` address or a pattern that leads out of the allow-list, before anything is looked at. */
export async function checkName(name: string, allowList: AllowList, place: string): Promise<void> {
  const local = localName(name, place);
  await (isDynamicPattern(local) ? allowList.checkPattern(local, place) : allowList.checkPath(local, place));
}

/**
 * The files that a path, a folder, a pattern or a `file://` address means. Where the newest is asked for and nothing lies
 * under a name, it is the beginning of names: `/data/scrape-` stands for `/data/scrape-*`.
 */
async function listPaths(source: string, selection: Selection, allowList: AllowList): Promise<Listing> {
  await checkName(source, allowList, 'source');
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
  const isPattern = isDynamicPattern(name);
  const pattern = isPattern ? name : `${escapePath(name)}*`;
  const entries = isPattern || selection === 'newest' ? await search(pattern, process.cwd()) : [];
  if (entries.length > 0) return { kind: 'pattern', entries };
  throw new InvalidInput(
    source,
    isPattern ? 'no file matches this pattern' : 'no such file',
    `Looked for it at ${absolute}; check the name, or give the whole path.`,
  );
}

/** A `file://` address as a path; any other name as it is. */
function localName(name: string, place: string): string {
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
  const paths = files.map((file) => path.resolve(file)).sort();
  return Promise.all(paths.map(async (file) => entryOf(file, await stat(file))));
}

const entryOf = (name: string, { size, mtimeMs }: Stats) => ({ name, bytes: size, writtenAt: mtimeMs });

/** The objects that an address means: itself, all below a prefix, or those that a pattern matches. */
async function listObjects(source: string, selection: Selection, allowList: AllowList): Promise<Listing> {
  const address = parseObjectAddress(source, 'source');
  allowList.checkObject(address, 'source');
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
  throw new InvalidInput(source, 'no such object, and none below it', 'Check bucket and key.');
}

const folderOf = (key: string) => (key === '' || key.endsWith('/') ? key : `${key}/`);
