import type { Notes } from './notes.ts';
import type { ObjectStorage } from './object-storage.ts';

const ENDING = '.json';

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
