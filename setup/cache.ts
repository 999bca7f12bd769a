/**
 * What set-up makes is kept outside the checkout, so that the next checkout, and this one after `npm ci`, have it at
 * once. An entry appears by a rename of something complete and checked: whatever is there, works.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { tryLock } from '../lib/artifacts/file-lock.ts';
import { cacheFolder } from '../lib/artifacts/user-folders.ts';
import { type Reporter, reporter } from './reporter.ts';

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
  build: (folder: string) => Promise<void>,
  { progress }: Pick<Reporter, 'progress'> = reporter,
): Promise<string> {
  const target = join(cacheFolder(), name);
  await mkdir(cacheFolder(), { recursive: true });
  const unlock = await lock(`${target}.lock`, () =>
    progress(`waiting for another process that makes ${name}`),
  );
  try {
    if (existsSync(target)) return target;
    // What processes left behind that were killed while they built.
    for (const entry of await readdir(cacheFolder()))
      if (entry.startsWith(`${name}.building-`))
        await rm(join(cacheFolder(), entry), { recursive: true, force: true });
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

/** How long a holder of a lock may be silent. */
const STALE_MS = 20_000;
const LOOK_MS = 500;

async function lock(path: string, waiting: () => void): Promise<() => Promise<void>> {
  for (;;) {
    const unlock = await tryLock(path, STALE_MS);
    if (unlock) return unlock;
    waiting();
    await setTimeout(LOOK_MS);
  }
}
