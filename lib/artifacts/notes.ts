import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256 } from './digest.ts';
import { emptyIfMissing, filesBelow, writeAtomically } from './files.ts';
import type { ObjectStorage } from './object-storage.ts';

/** Longer parts are truncated to this and end in a digest, because file systems limit names to 255 bytes. */
const LONGEST_PART = 160;

/** The name of a note from arbitrary parts: `runs`, `reuters/2026 11` -> `runs/reuters%2F2026%2011`. */
export const noteName = (...parts: string[]): string => parts.map(encodePart).join('/');

function encodePart(part: string): string {
  const plain = encodeURIComponent(part).replaceAll('*', '%2A').replace(/^\./, '%2E');
  if (plain.length <= LONGEST_PART) return plain;
  const digest = sha256(part).slice(0, 32);
  return `${plain.slice(0, LONGEST_PART - digest.length - 1)}~${digest}`;
}

/** The bucket operations that notes need. */
type TextStorage = Pick<ObjectStorage, 'write' | 'readText' | 'remove'> & {
  list(prefix: string): AsyncIterable<{ key: string }>;
};

/** A folder with the interface of a bucket. */
export const folderStorage = (root: string): TextStorage => ({
  async write(key, text) {
    await mkdir(dirname(join(root, key)), { recursive: true });
    await writeAtomically(join(root, key), text, true);
  },
  async readText(key) {
    const [text] = await readFile(join(root, key), 'utf8').then((text) => [text], emptyIfMissing);
    return text;
  },
  async *list(prefix) {
    for (const name of await filesBelow(join(root, prefix)).catch(emptyIfMissing))
      yield { key: prefix + name };
  },
  async remove(keys) {
    for (const key of keys) await rm(join(root, key), { force: true });
  },
});

const ENDING = '.json';

/** Small JSON values about runs, next to the artifacts. Writes are atomic; the last one wins. */
export class Notes {
  readonly #storage: TextStorage;
  readonly #prefix: string;

  /** @param prefix of the store, empty or with a slash at its end */
  constructor(storage: TextStorage, prefix = '') {
    this.#storage = storage;
    this.#prefix = `${prefix}notes/`;
  }

  /** Writes a note, replacing any of the same name. */
  async write(name: string, value: unknown): Promise<void> {
    await this.#storage.write(this.#key(name), JSON.stringify(value));
  }

  /** The note of a name, or undefined. */
  async read(name: string): Promise<unknown> {
    const text = await this.#storage.readText(this.#key(name));
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Names of all notes under a prefix, such as `runs/7f3a/`, or of all notes; unordered. */
  async *list(folder: string): AsyncGenerator<string> {
    const below = folder === '' ? '' : `${folder.replace(/\/$/, '')}/`;
    for await (const { key } of this.#storage.list(this.#prefix + below))
      if (key.endsWith(ENDING)) yield key.slice(this.#prefix.length, -ENDING.length);
  }

  /** Removes a note, if it exists. */
  async remove(name: string): Promise<void> {
    await this.#storage.remove([this.#key(name)]);
  }

  #key(name: string): string {
    return this.#prefix + name + ENDING;
  }
}
