import { type FileHandle, open, rename, rm } from 'node:fs/promises';

const BLOCK = 256 * 1024;

/** A file that is written as `NAME.partial` and renamed on `close`. */
export class LineFile {
  /** Written so far. */
  lines = 0;
  readonly #path: string;
  readonly #handle: FileHandle;
  #waiting = '';

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<LineFile> {
    return new LineFile(path, await open(`${path}.partial`, 'w'));
  }

  /** Adds a line. A caller that awaits it never has more than a block waiting in memory. */
  async write(line: string): Promise<void> {
    this.lines++;
    this.#waiting += `${line}\n`;
    if (this.#waiting.length > BLOCK) await this.#flush();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#handle.close();
    await rename(`${this.#path}.partial`, this.#path);
  }

  /** Discards the file; no effect after `close`. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(`${this.#path}.partial`, { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = '';
    await this.#handle.writeFile(text);
  }
}

/** Writes files together, which have their names only once all of them are whole. */
export async function writeFiles<Names extends string, T>(
  paths: Readonly<Record<Names, string>>,
  write: (files: Record<Names, LineFile>) => Promise<T>,
): Promise<T> {
  const files = new Map<string, LineFile>();
  try {
    for (const [name, path] of Object.entries<string>(paths)) files.set(name, await LineFile.create(path));
    const written = await write(Object.fromEntries(files) as Record<Names, LineFile>);
    for (const file of files.values()) await file.close();
    return written;
  } finally {
    for (const file of files.values()) await file.discard();
  }
}

/** A sync or async iterable. */
export type Many<T> = Iterable<T> | AsyncIterable<T>;

/** Writes lines to a file atomically. @returns the number of lines */
export const writeLines = (path: string, lines: Many<string>): Promise<number> =>
  writeFiles({ path }, async ({ path: file }) => {
    for await (const line of lines) await file.write(line);
    return file.lines;
  });
