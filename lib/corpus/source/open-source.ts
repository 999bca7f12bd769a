/**
 * The seam between a dataset and where it lies: whatever can be opened as bytes with a known size can be read, in
 * order (`stream`) or piece by piece (`slice`, for Parquet).
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InvalidInput } from '../../settings/invalid-input.ts';

export interface OpenSource {
  /** Size as stored, compressed where the source is. */
  bytes: number;
  /** All the bytes from the beginning; destroying the stream is enough to stop it. */
  stream(): Readable;
  /** The bytes of `[from, to)`; fewer where the source ends before. */
  slice(from: number, to: number): Promise<Buffer>;
}

const BLOCK = 1024 * 1024;

/**
 * Opens a local file.
 * @throws {InvalidInput} where it is missing or may not be read
 */
export async function openSource(file: string): Promise<OpenSource> {
  const { size } = await withFile(file, (handle) => handle.stat());
  return {
    bytes: size,
    stream: () => createReadStream(file, { highWaterMark: BLOCK }),
    slice: (from, to) =>
      withFile(file, async (handle) => {
        const length = Math.max(0, Math.min(to, size) - from);
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, from);
        return buffer.subarray(0, bytesRead);
      }),
  };
}

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT')
      throw new InvalidInput(file, 'there is no such file', 'Check the name, or give the whole path.');
    throw new InvalidInput(
      file,
      `this file cannot be opened (${cause.code})`,
      'Check its permissions for the user of the worker.',
    );
  });
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
