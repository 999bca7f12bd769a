import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { InvalidInput } from '../settings/invalid-input.ts';
import { isMissingFile } from './files.ts';
import type { ArtifactReference } from './reference.ts';

const BLOCK = 1 << 20;

/** Progress and cancellation of reading a file or an object. */
export interface ReadingOptions {
  signal?: AbortSignal | undefined;
  /** Called with the size of each block read. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** SHA-256 of a text in UTF-8, in hexadecimal digits. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of a file's content, read as a stream. @returns `sha256:` and 64 hexadecimal digits */
export async function digestFile(path: string, { signal, onBytes }: ReadingOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(path, { highWaterMark: BLOCK }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    hash.update(block);
    onBytes?.(block.length);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** A reference to a file in place. @throws {InvalidInput} if it does not exist */
export async function referToFile(path: string, options: ReadingOptions = {}): Promise<ArtifactReference> {
  const digest = await digestFile(path, options).catch((error: unknown) => {
    throw isMissingFile(error) ? new InvalidInput(path, 'no such file', 'Name an existing file.') : error;
  });
  return { uri: pathToFileURL(path).href, digest, bytes: (await stat(path)).size };
}

/** Whether a file exists with this content. */
export async function isIntact(path: string, expected: { digest: string; bytes: number }): Promise<boolean> {
  try {
    return (await stat(path)).size === expected.bytes && (await digestFile(path)) === expected.digest;
  } catch (error) {
    if (isMissingFile(error)) return false;
    throw error;
  }
}
