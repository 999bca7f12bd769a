/** Scratch folders saved to a bucket, so that another machine can resume from the checkpoint of a lost one. */

import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, readJson, writeAtomically } from './files.ts';
import type { ObjectStorage } from './object-storage.ts';

/** The saved files of a folder by name: state of the local file, and its object. */
type Saved = Record<string, { local: string; etag: string }>;

export class SharedScratch {
  readonly #objects: ObjectStorage;
  readonly #prefix: string;
  readonly #root: string;

  /** @param prefix of the objects, with a slash at its end; `root` has the local folders */
  constructor(objects: ObjectStorage, prefix: string, root: string) {
    this.#objects = objects;
    this.#prefix = prefix;
    this.#root = root;
  }

  /** The local folder, updated with files saved by another machine; files last saved by this machine are kept, as they may be newer. */
  async fetch(name: string): Promise<string> {
    const folder = join(this.#root, name);
    await mkdir(folder, { recursive: true });
    const saved = await this.#readNote(name);
    for await (const { key, etag } of this.#objects.list(`${this.#prefix}${name}/`)) {
      const file = key.slice(this.#prefix.length + name.length + 1);
      const path = join(folder, file);
      if (saved[file]?.etag === etag && (await stateOf(path)) !== undefined) continue;
      if (!(await this.#objects.download(key, path))) continue;
      saved[file] = { local: (await stateOf(path))!, etag };
    }
    await this.#writeNote(name, saved);
    return folder;
  }

  /** Uploads the files changed since the last save. */
  async save(name: string, signal?: AbortSignal): Promise<void> {
    const folder = join(this.#root, name);
    const saved = await this.#readNote(name);
    for (const file of await filesBelow(folder).catch(() => [])) {
      signal?.throwIfAborted();
      // Still being written.
      if (file.endsWith('.partial')) continue;
      const path = join(folder, file);
      const local = await stateOf(path);
      if (local === undefined || local === saved[file]?.local) continue;
      const { etag } = await this.#objects.upload(path, `${this.#prefix}${name}/${file}`, signal);
      saved[file] = { local, etag };
      await this.#writeNote(name, saved);
    }
  }

  /** Removes a folder here and in the bucket. */
  async clear(name: string): Promise<void> {
    await rm(join(this.#root, name), { recursive: true, force: true });
    await rm(this.#notePath(name), { force: true });
    const keys: string[] = [];
    for await (const { key } of this.#objects.list(`${this.#prefix}${name}/`)) keys.push(key);
    await this.#objects.remove(keys);
  }

  #notePath(name: string): string {
    return join(this.#root, `${name}.saved.json`);
  }

  #readNote(name: string): Promise<Saved> {
    return readJson<Saved>(this.#notePath(name)).catch(() => ({}));
  }

  #writeNote(name: string, saved: Saved): Promise<void> {
    return writeAtomically(this.#notePath(name), JSON.stringify(saved));
  }
}

/** Changes whenever the file is written or replaced; undefined if it does not exist. */
async function stateOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && `${found.ino} ${found.size} ${found.mtimeMs}`;
}
