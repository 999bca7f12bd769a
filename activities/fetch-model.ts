import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sumBy } from '../lib/arithmetic/sums.ts';
import type { AllowList } from '../lib/artifacts/allow-list.ts';
import { FileCache } from '../lib/artifacts/file-cache.ts';
import { isObjectAddress, parseObjectAddress } from '../lib/artifacts/object-address.ts';
import { ObjectStorage } from '../lib/artifacts/object-storage.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { localCacheFolder } from '../lib/artifacts/user-folders.ts';
import { checkName } from '../lib/corpus/sources.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import { CONFIG, isCheckpointFile } from '../lib/t5/checkpoint/files.ts';
import { fetchModel } from '../lib/t5/checkpoint/hub.ts';
import type { RunOptions } from './stage-activity.ts';

type FetchedModel = { files: Record<string, ArtifactReference>; cached: boolean };

const REMEDY = 'Give the folder of a Hugging Face T5 checkpoint, or a hub id.';

/**
 * References to the files of a checkpoint, under `model/`: a folder's, a bucket's, or a hub's after the download.
 * @throws {InvalidInput} for a folder without a checkpoint, or that this worker may not read
 */
export async function fetchModelFiles(
  model: string,
  store: ArtifactStore,
  allowList: AllowList,
  fetching: RunOptions,
): Promise<FetchedModel> {
  if (isObjectAddress(model)) return modelOfBucket(model, allowList, fetching);
  const { signal, onProgress } = fetching;
  const local = await localFolder(model, allowList);
  const download = () =>
    fetchModel(model, {
      signal,
      onProgress: ({ bytes, totalBytes }) =>
        onProgress({ phase: `download ${model}`, done: bytes, total: totalBytes, unit: 'bytes' }),
    });
  const files = await modelOfFolder(local ?? (await download()), store, allowList, signal);
  return { files, cached: local !== undefined };
}

/** The folder that a model names, if any. Nothing outside the allow-list is accessed: such a name goes to the hub. */
async function localFolder(model: string, allowList: AllowList): Promise<string | undefined> {
  const isPath = /^(file:\/\/|\.{0,2}\/)/i.test(model) || model.split('/').includes('..');
  if (isPath) await checkName(model, allowList, 'model');
  else if (!/^[^/]+(\/[^/]+)*$/.test(model) || !(await allowList.allows(model))) return undefined;
  const folder = model.startsWith('file://') ? fileURLToPath(model) : model;
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return folder;
  if (isPath) throw new InvalidInput('model', `${model}: no such folder`, REMEDY);
  return undefined;
}

/** Checks each file against the allow-list, because links may lead out of the folder. */
async function modelOfFolder(
  folder: string,
  store: ArtifactStore,
  allowList: AllowList,
  signal: AbortSignal,
): Promise<Record<string, ArtifactReference>> {
  const names = (await readdir(folder)).filter(isCheckpointFile).sort();
  requireConfig(folder, names);
  const files: Record<string, ArtifactReference> = {};
  for (const name of names) {
    const path = join(folder, name);
    await allowList.checkPath(path, 'model');
    files[`model/${name}`] = await store.importFile(path, { signal });
  }
  return files;
}

async function modelOfBucket(model: string, allowList: AllowList, { signal, onProgress }: RunOptions) {
  const address = parseObjectAddress(model, 'model');
  allowList.checkObject(address, 'model');
  const prefix = `${address.key.replace(/\/+$/, '')}/`.replace(/^\/$/, '');
  const objects = [];
  for await (const object of new ObjectStorage(address.bucket).list(prefix)) {
    const name = object.key.slice(prefix.length);
    if (isCheckpointFile(name) && !name.includes('/')) objects.push(object);
  }
  const names = objects.map(({ key }) => basename(key));
  requireConfig(model, names);
  const total = sumBy(objects, ({ bytes }) => bytes);
  const cache = new FileCache(localCacheFolder());
  const files: Record<string, ArtifactReference> = {};
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    onProgress({ phase: `download ${model}`, done, total, unit: 'bytes' });
  };
  for (const { key } of objects) {
    const { reference } = await cache.fetch({ bucket: address.bucket, key }, { signal, onBytes });
    files[`model/${key.slice(prefix.length)}`] = reference;
  }
  return { files, cached: done === 0 };
}

function requireConfig(folder: string, names: readonly string[]): void {
  if (!names.includes(CONFIG)) throw new InvalidInput('model', `${folder} has no ${CONFIG}`, REMEDY);
}
