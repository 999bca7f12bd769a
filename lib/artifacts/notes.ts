import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { sha256 } from './digest.ts';
import { filesBelow, isMissingFile, noneIfMissing, readJson, writeWhole } from './files.ts';
import type { ObjectStorage } from './object-storage.ts';

/**
 * Small JSON values beside the artifacts, under names that say what they are about: what is known of runs, where
 * artifacts hold what stages made. A note is written whole or not at all; who writes last wins.
 */
export interface Notes {
  /** Writes a note in place of the one of this name. */
  write(name: string, value: unknown): Promise<void>;
  /** The note of a name, or undefined. */
  read(name: string): Promise<unknown>;
  /** Names of all notes under a folder, `runs/7f3a/`, or of all there are; in no order. */
  list(folder: string): AsyncIterable<string>;
  /** Removes a note, if it is there. */
  remove(name: string): Promise<void>;
}

/** Longer parts are shortened to this, because file systems end names at 255 bytes. */
const LONGEST_PART = 160;

/**
 * The name of a note from its parts, which may hold anything: `runs`, `reuters/2026 11` -> `runs/reuters%2F2026%2011`.
 * A part that is too long keeps its beginning, and a digest of the whole.
 */
export const noteName = (...parts: string[]): string => parts.map(encodePart).join('/');

function encodePart(part: string): string {
  const plain = encodeURIComponent(part).replaceAll('*', '%2A').replace(/^\./, '%2E');
  if (plain.length <= LONGEST_PART) return plain;
  const digest = sha256(part).slice(0, 32);
  return `${plain.slice(0, LONGEST_PART - digest.length - 1)}~${digest}`;
}

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

/** Notes as objects: `<prefix><name>.json`. */
export class ObjectNotes implements Notes {
  readonly #objects: ObjectStorage;
  readonly #prefix: string;

  /** @param prefix with a slash at its end */
  constructor(objects: ObjectStorage, prefix: string) {
    this.#objects = objects;
    this.#prefix = prefix;
  }

  async write(name: string, value: unknown): Promise<void> {
    await this.#objects.write(this.#key(name), JSON.stringify(value));
  }

  async read(name: string): Promise<unknown> {
    const text = await this.#objects.readText(this.#key(name));
    return text === undefined ? undefined : JSON.parse(text);
  }

  async *list(folder: string): AsyncGenerator<string> {
    const below = folder === '' ? '' : `${folder.replace(/\/$/, '')}/`;
    for await (const { key } of this.#objects.list(this.#prefix + below))
      if (key.endsWith(ENDING)) yield key.slice(this.#prefix.length, -ENDING.length);
  }

  async remove(name: string): Promise<void> {
    await this.#objects.remove([this.#key(name)]);
  }

  #key(name: string): string {
    return this.#prefix + name + ENDING;
  }
}
