/** Local folders in which stages write before their files are published. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** No stage may take longer than this, so that an older staging folder of another machine is abandoned. */
const LONGEST_STAGE_MS = 15 * 24 * 60 * 60_000;

/** A new empty folder, named after the process that it belongs to. */
export async function createStagingFolder(root: string, stage: string, key: string): Promise<string> {
  const folder = join(root, `${stage}-${key}.${randomUUID().slice(0, 8)}.${process.pid}.${hostname()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Removes the staging folders of dead processes. */
export const sweepStaging = (root: string): Promise<void> => sweep(root, isAbandoned);

/** Removes folders and files that have not changed for longer than any stage may take. */
export const sweepOld = (root: string): Promise<void> => sweep(root, isOld);

async function sweep(root: string, isGone: (path: string, name: string) => Promise<boolean>): Promise<void> {
  for (const name of await readdir(root).catch(() => []))
    if (await isGone(join(root, name), name)) await rm(join(root, name), { recursive: true, force: true });
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const [, pid, host] = /^[^.]+\.[0-9a-f]{8}\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (host === hostname()) return !isAlive(Number(pid));
  return isOld(path);
}

async function isOld(path: string): Promise<boolean> {
  const changedAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
  return Date.now() - changedAt > LONGEST_STAGE_MS;
}

/** Whether a process of this machine lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
