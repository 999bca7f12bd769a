/** From what a run names as its source to local files, as far as this worker may read them. */
import { isDynamicPattern } from 'tinyglobby';
import type { AllowList } from '../artifacts/allow-list.ts';
import type { ReadingOptions } from '../artifacts/digest.ts';
import { FileCache } from '../artifacts/file-cache.ts';
import { localCacheFolder } from '../artifacts/home-of-user.ts';
import { isObjectAddress, parseObjectAddress } from '../artifacts/object-address.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { RunSettings } from '../settings/settings.ts';
import { type Listing, listObjects, listPaths, localName } from './source/listing.ts';

/** A file of a source: where it lies on this disk, and its reference if it lies in a bucket. */
export interface OutsideFile {
  path: string;
  reference?: ArtifactReference;
}

type Selection = RunSettings['sourceSelection'];

/** What of a folder, on disk or in a bucket, is a dataset. Any other file is read when it is named. */
const DATASET = /\.(csv|tsv|tab|jsonl|ndjson|parquet)(\.(gz|gzip|zst|zstd))?$/i;
const DATASET_NAMES =
  'files that are not empty and end in .csv, .tsv, .tab, .jsonl, .ndjson or .parquet, with or without .gz or .zst';

/**
 * The files of a source, each once; objects are fetched. The order of a list is kept, because for a repeated id the last
 * record wins; a folder or a pattern gives its files sorted by name, or the one that was written last. Files of these
 * that are empty or, by their names, no datasets are passed over.
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
    const listing = await (isObject ? objectsOf : pathsOf)(one, selection, allowList);
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

async function pathsOf(source: string, selection: Selection, allowList: AllowList): Promise<Listing> {
  await checkName(source, allowList, 'source');
  return listPaths(source, selection);
}

async function objectsOf(source: string, selection: Selection, allowList: AllowList): Promise<Listing> {
  const address = parseObjectAddress(source, 'source');
  allowList.checkObject(address, 'source');
  return listObjects(address, selection);
}

function datasetsOf(source: string, { kind, entries }: Listing): Listing['entries'] {
  if (kind === 'file') return entries;
  const isWanted = (name: string) => kind === 'pattern' || DATASET.test(name);
  const taken = entries.filter(({ name, bytes }) => bytes > 0 && isWanted(name));
  if (taken.length > 0) return taken;
  throw new InvalidInput(
    source,
    kind === 'folder' ? 'this folder holds no dataset' : 'all files that match this pattern are empty',
    `Of a folder are taken ${DATASET_NAMES}.`,
  );
}

/** Of what was written at the latest moment, the last by name. */
const newestOf = <T extends { writtenAt: number }>(files: readonly T[]): T =>
  files.reduce((newest, one) => (one.writtenAt >= newest.writtenAt ? one : newest));

/**
 * Refuses a path, a `file://` address or a pattern that leads out of the allow-list, before anything is looked at.
 * @throws {InvalidInput}
 */
export async function checkName(name: string, allowList: AllowList, place: string): Promise<void> {
  const local = localName(name, place);
  await (isDynamicPattern(local) ? allowList.checkPattern(local, place) : allowList.checkPath(local, place));
}
