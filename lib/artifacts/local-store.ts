import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openFolder } from './opened-folder.ts';
import type { ArtifactReference } from './reference.ts';
import { isAlive, tryLock } from './work-lock.ts';

/** No stage may take longer than this, so that an older staging folder of another machine is abandoned. */
const LONGEST_STAGE_MS = 15 * 24 * 60 * 60_000;

/** What every store does on the local disk: staging folders in `drafts`, scratch folders and their locks in `scratch`. */
export abstract class LocalStore {
  protected readonly local: string;

  constructor(local: string) {
    this.local = local;
  }

  abstract open(reference: ArtifactReference): Promise<string>;

  /** A new empty folder, named after the process that it belongs to. */
  async stagingFolder(stage: string, key: string): Promise<string> {
    const name = `${stage}-${key}.${randomUUID().slice(0, 8)}.${process.pid}.${hostname()}`;
    const folder = join(this.local, 'drafts', name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async discard(staging: string): Promise<void> {
    await rm(staging, { recursive: true, force: true });
  }

  claim(stage: string, key: string): Promise<(() => Promise<void>) | undefined> {
    return tryLock(join(this.local, 'scratch', `${stage}-${key}.lock`));
  }

  openFolder(files: Record<string, ArtifactReference>): Promise<string> {
    return openFolder(files, (reference) => this.open(reference));
  }

  async sweep(): Promise<void> {
    await sweep(join(this.local, 'drafts'), isAbandoned);
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
