import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { filesBelow, isMissingFile, noneIfMissing, readJson, writeWhole } from './files.ts';
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
    await writeWhole(path, JSON.stringify(value), true);
  }

  async read(name: string): Promise<unknown> {
    try {
      return await readJson(this.#path(name));
    } catch (error) {
      if (isMissingFile(error)) return undefined;
      throw error;
    }
  }

  async *list(folder: string): AsyncGenerator<string> {
    for (const name of await filesBelow(join(this.#folder, folder)).catch(noneIfMissing))
      if (name.endsWith(ENDING)) yield posix.join(folder, name.slice(0, -ENDING.length));
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, ...name.split('/')) + ENDING;
  }
}
