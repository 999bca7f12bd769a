import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';
import { digestFile, sha256 } from './digest.ts';
import { isAlive, tryLock } from './file-lock.ts';
import { exists, filesBelow } from './files.ts';
import type { ArtifactReference } from './reference.ts';
import type { Manifest, StageMetadata } from './store.ts';
import { localCacheFolder } from './user-folders.ts';

export const MANIFEST = 'manifest.json';
/** Where staging folders are, next to the stages. */
export const STAGING = 'drafts';

/** No stage takes longer than this: an older staging folder of another machine is abandoned. */
const LONGEST_STAGE_MS = 15 * 24 * 60 * 60_000;

/** The local part of every store: staging folders in `drafts`, scratch folders and their locks in `scratch`. */
export abstract class LocalStore {
  protected readonly local: string;

  constructor(local: string) {
    this.local = local;
  }

  abstract open(reference: ArtifactReference): Promise<string>;
  protected abstract publishFiles(staging: string, manifest: Manifest): Promise<Manifest>;
  /** The address of a stage's file. */
  protected abstract addressOf(manifest: Manifest, name: string): string;

  references(manifest: Manifest): Record<string, ArtifactReference> {
    const references: Record<string, ArtifactReference> = {};
    for (const [name, file] of Object.entries(manifest.files))
      references[name] = { uri: this.addressOf(manifest, name), ...file };
    return references;
  }

  /** A new empty folder, named after the process that it belongs to. */
  async stagingFolder(stage: string, key: string): Promise<string> {
    const name = `${stage}-${key}.${randomUUID().slice(0, 8)}.${process.pid}.${hostname()}`;
    const folder = join(this.local, STAGING, name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async publish(
    staging: string,
    metadata: StageMetadata,
    records: Record<string, number> = {},
  ): Promise<Manifest> {
    return this.publishFiles(staging, { ...metadata, files: await describeFiles(staging, records) });
  }

  async discard(staging: string): Promise<void> {
    await rm(staging, { recursive: true, force: true });
  }

  claim(stage: string, key: string): Promise<(() => Promise<void>) | undefined> {
    return tryLock(join(this.local, 'scratch', `${stage}-${key}.lock`));
  }

  /** A folder that contains files under their names: their own, or one of links. */
  async openFolder(files: Record<string, ArtifactReference>): Promise<string> {
    const opened: OpenedFile[] = [];
    for (const [name, reference] of Object.entries(files)) opened.push([name, await this.open(reference)]);
    return commonFolder(opened) ?? linkedFolder(join(localCacheFolder(), 'folders'), opened);
  }

  async sweep(): Promise<void> {
    await sweep(join(this.local, STAGING), isAbandoned);
    await sweep(join(this.local, 'scratch'), isOld);
  }
}

async function sweep(root: string, isGone: (path: string) => Promise<boolean>): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const path = join(root, name);
    if (await isGone(path)) await rm(path, { recursive: true, force: true });
  }
}

/** Whether a staging folder belongs to a dead process. */
async function isAbandoned(path: string): Promise<boolean> {
  const [, pid, host] = /\.[0-9a-f]{8}\.(\d+)\.(.+)$/.exec(basename(path)) ?? [];
  return host === hostname() ? !isAlive(Number(pid)) : isOld(path);
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > LONGEST_STAGE_MS;
}

/**
 * The manifest entries of the files of a staging folder, once flushed to disk.
 * @param records how many records a file holds, by its name
 */
async function describeFiles(folder: string, records: Record<string, number>) {
  const described: Manifest['files'] = {};
  for (const name of await filesBelow(folder)) {
    if (basename(name) === MANIFEST) continue;
    const path = join(folder, name);
    const [digest, { size: bytes }] = await Promise.all([digestFile(path), stat(path), flush(path)]);
    described[name] = { digest, bytes, ...(name in records && { records: records[name]! }) };
  }
  return described;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/** A file's relative path in a folder, with `/`, and its location. */
type OpenedFile = [name: string, path: string];

/** The folder that already contains every file under its name, if any. */
function commonFolder(files: readonly OpenedFile[]): string | undefined {
  const folders = files.map(([name, path]) => {
    const tail = `${sep}${name.replaceAll('/', sep)}`;
    return path.endsWith(tail) ? path.slice(0, -tail.length) : undefined;
  });
  return folders.every((folder) => folder === folders[0]) ? folders[0] : undefined;
}

/** A folder of links to files, the same for the same files. @throws {InvalidInput} for a name that escapes it */
async function linkedFolder(root: string, files: readonly OpenedFile[]): Promise<string> {
  const folder = join(root, sha256(JSON.stringify(files)).slice(0, 32));
  if (!files.every(([name]) => resolve(folder, name).startsWith(folder + sep)))
    throw new InvalidInput('reference', 'a name escapes its folder', 'Give the plain names of files');
  if (await exists(folder)) return folder;
  const building = `${folder}.${randomUUID()}`;
  for (const [name, path] of files) {
    await mkdir(dirname(join(building, name)), { recursive: true });
    await symlink(path, join(building, name));
  }
  // Another process may have created the same links first.
  await rename(building, folder).catch(() => rm(building, { recursive: true, force: true }));
  return folder;
}
