import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Notes } from './notes.ts';

const ENDING = '.json';

/** Notes as files: `<folder>/<name>.json`. */
export class FolderNotes implements Notes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(name: string, value: unknown): Promise<void> {
    const path = this.#path(name);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, JSON.stringify(value), { flush: true });
    await rename(temporary, path);
  }

  async read(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.#path(name), 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async *list(folder: string): AsyncGenerator<string> {
    const root = join(this.#folder, folder);
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    for (const entry of entries)
      if (entry.isFile() && entry.name.endsWith(ENDING))
        yield join(entry.parentPath, entry.name)
          .slice(this.#folder.length + 1, -ENDING.length)
          .split(sep)
          .join('/');
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, ...name.split('/')) + ENDING;
  }
}
