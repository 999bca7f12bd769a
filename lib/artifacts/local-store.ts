import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { InvalidInput } from '../settings/invalid-input.ts';
import { digestFile, sha256 } from './digest.ts';
import { isAlive, tryLock } from './file-lock.ts';
import { exists, filesBelow } from './files.ts';
import { localCacheFolder } from './home-of-user.ts';
import type { ArtifactReference } from './reference.ts';
import type { Manifest } from './store.ts';

export const MANIFEST = 'manifest.json';
/** Where staging folders are, beside the stages. */
export const STAGING = 'drafts';

/** No stage may take longer than this, so that an older staging folder of another machine is abandoned. */
const LONGEST_STAGE_MS = 15 * 24 * 60 * 60_000;

/** What every store does on the local disk: staging folders in `drafts`, scratch folders and their locks in `scratch`. */
export abstract class LocalStore {
  protected readonly local: string;

  constructor(local: string) {
    this.local = local;
  }

  abstract open(reference: ArtifactReference): Promise<string>;
  /** The address of a stage's file. */
  protected abstract addressOf(manifest: Manifest, name: string): string;

  references(manifest: Manifest): Record<string, ArtifactReference> {
    return Object.fromEntries(
      Object.entries(manifest.files).map(([name, file]) => [
        name,
        { uri: this.addressOf(manifest, name), ...file },
      ]),
    );
  }

  /** A new empty folder, named after the process that it belongs to. */
  async stagingFolder(stage: string, key: string): Promise<string> {
    const name = `${stage}-${key}.${randomUUID().slice(0, 8)}.${process.pid}.${hostname()}`;
    const folder = join(this.local, STAGING, name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async discard(staging: string): Promise<void> {
    await rm(staging, { recursive: true, force: true });
  }

  claim(stage: string, key: string): Promise<(() => Promise<void>) | undefined> {
    return tryLock(join(this.local, 'scratch', `${stage}-${key}.lock`));
  }

  /** A folder in which files lie under their names: their own, or one of links to where they were opened. */
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

async function sweep(root: string, isGone: (path: string, name: string) => Promise<boolean>): Promise<void> {
  for (const name of await readdir(root).catch(() => []))
    if (await isGone(join(root, name), name)) await rm(join(root, name), { recursive: true, force: true });
}

/** Whether a staging folder is that of a dead process. */
async function isAbandoned(path: string, name: string): Promise<boolean> {
  const [, pid, host] = /^[^.]+\.[0-9a-f]{8}\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (host === hostname()) return !isAlive(Number(pid));
  return isOld(path);
}

async function isOld(path: string): Promise<boolean> {
  const changedAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
  return Date.now() - changedAt > LONGEST_STAGE_MS;
}

/**
 * What the manifest says of the files of a staging folder, once their content is on the disk.
 * @param records how many records a file holds, by its name
 */
export async function describeFiles(
  folder: string,
  records: Record<string, number>,
): Promise<Manifest['files']> {
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
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Name of a file within a folder, `/` between folders, and where it lies. */
type OpenedFile = [name: string, path: string];

/** The folder under which every file already lies by its own name, if there is one. */
function commonFolder(files: readonly OpenedFile[]): string | undefined {
  const folders = new Set(
    files.map(([name, path]) => {
      const tail = `${sep}${name.split('/').join(sep)}`;
      return path.endsWith(tail) ? path.slice(0, -tail.length) : undefined;
    }),
  );
  return folders.size === 1 ? [...folders][0] : undefined;
}

/**
 * A folder of links to files. The same files give the same folder.
 * @param root folder of all such folders
 * @throws {InvalidInput} for a name that leads out of the folder
 */
async function linkedFolder(root: string, files: readonly OpenedFile[]): Promise<string> {
  for (const [name] of files)
    if (name === '' || name.startsWith('/') || /[\0\\]/.test(name) || name.split('/').includes('..'))
      throw new InvalidInput(
        'reference',
        `${JSON.stringify(name)} is no name of a file in a folder`,
        'Give its plain name',
      );
  const folder = join(root, sha256(JSON.stringify(files)).slice(0, 32));
  if (await exists(folder)) return folder;
  const building = `${folder}.${randomUUID()}`;
  for (const [name, path] of files) {
    await mkdir(dirname(join(building, name)), { recursive: true });
    await symlink(path, join(building, name));
  }
  // Another process may have been quicker with the same links.
  await rename(building, folder).catch(() => rm(building, { recursive: true, force: true }));
  return folder;
}
