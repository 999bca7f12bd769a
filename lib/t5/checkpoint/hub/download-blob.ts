import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A file of a repository as the hub lists it. */
export interface HubFile {
  name: string;
  size: number;
  /** sha256 of a large file's content, git's object id of a small one's. */
  etag: string;
}

export class DamagedDownload extends Error {
  override readonly name = 'DamagedDownload';
}

/**
 * Writes a file's content to `target`, going on where an earlier download broke off (`<target>.incomplete`), and
 * checks it against its etag before it gets its name.
 * @param open gives the content from an offset on
 * @param onBytes called with the bytes of this file that are there
 * @throws {DamagedDownload} if the content is not what the hub promised; the next try starts afresh
 */
export async function downloadBlob(
  file: HubFile,
  target: string,
  open: (offset: number) => Promise<AsyncIterable<Uint8Array>>,
  { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes: (bytes: number) => void },
): Promise<void> {
  const incomplete = `${target}.incomplete`;
  await mkdir(path.dirname(target), { recursive: true });
  let bytes = (await stat(incomplete).catch(() => undefined))?.size ?? 0;
  if (bytes > file.size) {
    await rm(incomplete);
    bytes = 0;
  }
  const hash = contentHash(file);
  if (bytes > 0) for await (const chunk of createReadStream(incomplete)) hash.update(chunk as Buffer);
  if (bytes < file.size || file.size === 0) {
    const content = await open(bytes);
    const counted = async function* () {
      for await (const chunk of content) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        onBytes(bytes);
        yield chunk;
      }
    };
    await pipeline(counted, createWriteStream(incomplete, { flags: 'a' }), signal ? { signal } : {});
  }
  if (bytes < file.size) throw new DamagedDownload(`${file.name} ended after ${bytes} of ${file.size} bytes`);
  if (hash.digest('hex') !== file.etag) {
    await rm(incomplete);
    throw new DamagedDownload(`${file.name} arrived damaged`);
  }
  await rename(incomplete, target);
}

function contentHash(file: HubFile): Hash {
  if (file.etag.length === 64) return createHash('sha256');
  return createHash('sha1').update(`blob ${file.size}\0`);
}
