import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Whether an error says that there is no such file or folder. */
export const isMissingFile = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';

/** The outcome of a failed listing: nothing where the folder is missing. @throws any other error */
export function noneIfMissing(error: unknown): never[] {
  if (isMissingFile(error)) return [];
  throw error;
}

/** Whether something lies at a path. */
export const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined;

/** The value in a JSON file, taken for a `T`. */
export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

/** Names of all files below a folder, `/` between folders, in alphabetical order. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Writes a file whole or not at all, and flushes it if asked to. */
export async function writeWhole(path: string, content: string, flush = false): Promise<void> {
  const temporary = `${path}.${randomUUID()}.partial`;
  await writeFile(temporary, content, { flush });
  await rename(temporary, path);
}
