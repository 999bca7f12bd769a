import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ArtifactReference } from './reference.ts';

const BLOCK = 1 << 20;

/**
 * SHA-256 of a file's content, read as a stream.
 * @param onBytes called with the size of each block read
 * @returns `sha256:` and 64 hexadecimal digits
 */
export async function digestFile(
  path: string,
  options: { signal?: AbortSignal; onBytes?: (bytes: number) => void } = {},
): Promise<string> {
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
export async function referToFile(
  path: string,
  options: { signal?: AbortSignal; onBytes?: (bytes: number) => void; records?: number } = {},
): Promise<ArtifactReference> {
  const digest = await digestFile(path, options);
  const { size } = await stat(path);
  const reference: ArtifactReference = { uri: pathToFileURL(path).href, digest, bytes: size };
  return options.records === undefined ? reference : { ...reference, records: options.records };
}
