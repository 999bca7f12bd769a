import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ArtifactReference } from './reference.ts';

/**
 * SHA-256 of a file's content, read as a stream.
 * @param onBytes told the size of each block read
 * @returns `sha256:` and 64 hexadecimal digits
 */
export async function digestFile(
  path: string,
  options: { signal?: AbortSignal; onBytes?: (bytes: number) => void } = {},
): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal })) {
    hash.update(block as Buffer);
    options.onBytes?.((block as Buffer).length);
  }
  return `sha256:${hash.digest('hex')}`;
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
