/** From what a run names as its source to local files, as far as this worker may read them. */
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { isDynamicPattern } from 'tinyglobby';
import { FileCache } from '../artifacts/file-cache.ts';
import { localCacheFolder } from '../artifacts/local-cache-folder.ts';
import { isObjectAddress, type ObjectAddress, parseObjectAddress } from '../artifacts/object-address.ts';
import { ObjectStorage } from '../artifacts/object-storage.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { Roots } from '../artifacts/roots.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { RunSettings } from '../settings/settings.ts';
import { DATASET_NAMES, isDatasetName, type OnPassedOver } from './dataset-names.ts';
import { newestOf, resolveNewestSources } from './newest-source.ts';
import { resolveSources } from './sources.ts';

/** A file of a source: where it lies on this disk, and its reference if it lies in a bucket. */
export interface OutsideFile {
  path: string;
  reference?: ArtifactReference;
}

type Selection = RunSettings['sourceSelection'];

interface Reading {
  signal: AbortSignal;
  onBytes?: (bytes: number) => void;
  onPassedOver?: OnPassedOver;
}

/**
 * The files of a source, in its order; objects are fetched.
 * @throws {InvalidInput} where nothing lies under a name, or this worker may not read it
 */
export async function openSources(
  source: string | string[],
  selection: Selection,
  roots: Roots,
  reading: Reading,
): Promise<OutsideFile[]> {
  const files: OutsideFile[] = [];
  for (const one of Array.isArray(source) ? source : [source])
    files.push(
      ...(isObjectAddress(one)
        ? await openObjects(one, selection, roots, reading)
        : await openPaths(one, selection, roots, reading)),
    );
  return files.filter(({ path }, at) => files.findIndex((other) => other.path === path) === at);
}

async function openPaths(
  source: string,
  selection: Selection,
  roots: Roots,
  { onPassedOver }: Reading,
): Promise<OutsideFile[]> {
  await checkName(source, roots, 'source');
  const files: OutsideFile[] = [];
  const resolvePaths = selection === 'newest' ? resolveNewestSources : resolveSources;
  for (const path of await resolvePaths(source, onPassedOver)) {
    await roots.checkPath(path, 'source');
    files.push({ path });
  }
  return files;
}

/**
 * Refuses a path, a `file://` address or a pattern that leads out of the roots, before anything is looked at.
 * @throws {InvalidInput}
 */
export async function checkName(name: string, roots: Roots, place: string): Promise<void> {
  const local = localName(name, place);
  await (isDynamicPattern(local) ? roots.checkPattern(local, place) : roots.checkPath(local, place));
}

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

async function openObjects(
  source: string,
  selection: Selection,
  roots: Roots,
  reading: Reading,
): Promise<OutsideFile[]> {
  const address = parseObjectAddress(source, 'source');
  roots.checkObject(address, 'source');
  const cache = new FileCache(localCacheFolder());
  const files: OutsideFile[] = [];
  for (const object of await findObjects(address, selection, reading))
    files.push(await cache.fetch(object, reading));
  return files;
}

/**
 * The objects that an address means: itself, all datasets below a prefix, or those that a pattern matches; or of these
 * the newest, for which the prefix may end within a name.
 */
async function findObjects(
  address: ObjectAddress,
  selection: Selection,
  { onPassedOver }: Reading,
): Promise<ObjectAddress[]> {
  const { bucket, key } = address;
  const storage = new ObjectStorage(bucket);
  const { base, glob } = picomatch.scan(key);
  if (glob === '' && key !== '' && (await storage.describe(key))) return [address];
  const isWanted = glob === '' ? isDatasetName : picomatch(key);
  const beginning = selection === 'newest' ? key : folderOf(key);
  const prefix = glob === '' ? beginning : folderOf(base);
  const found: (ObjectAddress & { writtenAt: number })[] = [];
  const passedOver: string[] = [];
  for await (const { key: name, writtenAt } of storage.list(prefix))
    if (name.endsWith('/')) continue;
    else if (isWanted(name)) found.push({ bucket, key: name, writtenAt });
    else if (glob === '') passedOver.push(`s3://${bucket}/${name}`);
  onPassedOver?.(passedOver);
  if (found.length > 0) return selection === 'newest' ? [newestOf(found)] : found;
  throw new InvalidInput(
    'source',
    `s3://${bucket}/${key}: there is no such object, and no dataset below it`,
    `Check bucket and key. Of a folder are taken ${DATASET_NAMES}.`,
  );
}

const folderOf = (key: string) => (key === '' || key.endsWith('/') ? key : `${key}/`);
