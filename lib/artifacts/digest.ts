import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ArtifactReference } from './reference.ts';

const BLOCK = 1 << 20;

/** How the reading of a file or an object is followed and stopped. */
export interface ReadingOptions {
  signal?: AbortSignal | undefined;
  /** Called with the size of each block read. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** SHA-256 of a text in UTF-8, in hexadecimal digits. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of a file's content, read as a stream. @returns `sha256:` and 64 hexadecimal digits */
export async function digestFile(path: string, options: ReadingOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    // One block is read while the one before it is hashed; memory that is used again is in the processor's cache.
    const blocks = [Buffer.allocUnsafe(BLOCK), Buffer.allocUnsafe(BLOCK)];
    let reading = file.read(blocks[0]!);
    for (let turn = 1; ; turn++) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return `sha256:${hash.digest('hex')}`;
      options.signal?.throwIfAborted();
      reading = file.read(blocks[turn % 2]!);
      // Awaited later, which sees the rejection; until then it must not count as unhandled.
      reading.catch(() => undefined);
      hash.update(buffer.subarray(0, bytesRead));
      options.onBytes?.(bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** A reference to a file where it lies. */
export async function referToFile(path: string, options: ReadingOptions = {}): Promise<ArtifactReference> {
  const digest = await digestFile(path, options);
  return { uri: pathToFileURL(path).href, digest, bytes: (await stat(path)).size };
}
