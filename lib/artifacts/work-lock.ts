/** Of the processes that want to do the same work on the same files, one does it at a time. */

import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { isMissingFile } from './files.ts';

/** A holder shows that it lives by touching its lock; between two steps of a training, that is. */
const TOUCH_MS = 10_000;
/** Its process id says nothing to another machine or container. */
const STALE_MS = 5 * 60_000;

/**
 * Takes a lock.
 * @param path of the lock file
 * @returns what gives it back; undefined while a living process has it
 */
export async function tryLock(path: string): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(path), { recursive: true });
  if (!(await create(path))) {
    if (!(await isStale(path))) return undefined;
    await rm(path, { force: true });
    if (!(await create(path))) return undefined;
  }
  const touching = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, TOUCH_MS);
  touching.unref();
  return async () => {
    clearInterval(touching);
    await rm(path, { force: true });
  };
}

async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid} ${hostname()}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [pid, host] = (await readFile(path, 'utf8')).split(' ') as [string, string?];
    if (host === hostname() && !isAlive(Number(pid))) return true;
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS;
  } catch (error) {
    if (isMissingFile(error)) return false;
    throw error;
  }
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
