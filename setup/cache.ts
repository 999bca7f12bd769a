/**
 * What set-up makes is kept outside the checkout, so that the next checkout, and this one after `npm ci`, have it at
 * once. An entry appears by a rename of something complete and checked: whatever is there, works.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Reporter } from './reporter.ts';

/**
 * The folder of everything that set-up keeps: `COUNTERPOISE_CACHE`, else the user's cache folder.
 * @throws {Error} for a user without a home folder, as containers may have
 */
export function cacheFolder(): string {
  const { COUNTERPOISE_CACHE, XDG_CACHE_HOME } = process.env;
  return COUNTERPOISE_CACHE || join(XDG_CACHE_HOME || join(home(), '.cache'), 'counterpoise');
}

function home(): string {
  try {
    return homedir();
  } catch (cause) {
    throw new Error('this user has no home folder: set COUNTERPOISE_CACHE to a folder that it may write to', {
      cause,
    });
  }
}

/** Path of an entry, if it has been built. */
export function cached(name: string): string | undefined {
  const path = join(cacheFolder(), name);
  return existsSync(path) ? path : undefined;
}

/**
 * Builds an entry of the cache unless it is there. Of several processes that want it at once one builds it and the
 * others wait.
 * @param name the entry's folder
 * @param build fills the folder that it is given; when it throws, there is no entry
 * @returns the entry's path
 */
export async function buildOnce(
  name: string,
  reporter: Reporter,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const target = join(cacheFolder(), name);
  await mkdir(cacheFolder(), { recursive: true });
  const unlock = await lock(`${target}.lock`, () =>
    reporter.progress(`waiting for another process that makes ${name}`),
  );
  try {
    if (existsSync(target)) return target;
    await removeLeftovers(name);
    const folder = await mkdtemp(`${target}.building-`);
    try {
      await chmod(folder, 0o755);
      await build(folder);
      await rename(folder, target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return target;
  } finally {
    await unlock();
  }
}

/** What processes left behind that were killed while they built. Only the lock's holder may ask for this. */
async function removeLeftovers(name: string): Promise<void> {
  for (const entry of await readdir(cacheFolder()))
    if (entry.startsWith(`${name}.building-`))
      await rm(join(cacheFolder(), entry), { recursive: true, force: true });
}

/** A holder shows that it lives by touching its lock; its process id would say nothing to another container. */
const TOUCH_MS = 2_000;
const STALE_MS = 20_000;
const LOOK_MS = 500;

async function lock(path: string, waiting: () => void): Promise<() => Promise<void>> {
  while (!(await tryLock(path))) {
    const touched = (await stat(path).catch(() => undefined))?.mtimeMs;
    if (touched !== undefined && Date.now() - touched > STALE_MS) await rm(path, { force: true });
    else {
      waiting();
      await new Promise((resume) => setTimeout(resume, LOOK_MS));
    }
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

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
