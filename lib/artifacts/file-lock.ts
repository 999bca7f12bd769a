/** Locks between processes, on this machine and others that share its disk. Also used by setup, so it needs only Node. */
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { isMissingFile } from './files.ts';

/** Process ids mean nothing on another machine or in another container. Locks are not touched during a training step. */
const STALE_MS = 5 * 60_000;

/**
 * Acquires a lock, also one whose holder has exited or has not touched it for `staleMs`.
 * @returns a function that releases it; undefined while a live process holds it
 */
export async function tryLock(path: string, staleMs = STALE_MS): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(path), { recursive: true });
  if (!(await create(path)) && !(await replaceStale(path, staleMs))) return undefined;
  const touching = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, staleMs / 10);
  touching.unref();
  return async () => {
    clearInterval(touching);
    await rm(path, { force: true });
  };
}

/** Processes that find a stale lock take turns and check again, so that none removes a lock another has just created. */
async function replaceStale(path: string, staleMs: number): Promise<boolean> {
  if (!(await isStale(path, staleMs))) return false;
  const turn = `${path}.turn`;
  if (!(await create(turn))) {
    if (await isStale(turn, staleMs)) await rm(turn, { force: true });
    return false;
  }
  try {
    if (!(await isStale(path, staleMs))) return false;
    await rm(path, { force: true });
    return await create(path);
  } finally {
    await rm(turn, { force: true });
  }
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

async function isStale(path: string, staleMs: number): Promise<boolean> {
  try {
    const [pid, host] = (await readFile(path, 'utf8')).split(' ') as [string, string?];
    if (host === hostname() && !isAlive(Number(pid))) return true;
    return Date.now() - (await stat(path)).mtimeMs > staleMs;
  } catch (error) {
    if (isMissingFile(error)) return false;
    throw error;
  }
}

/** Whether a process with this id exists on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
