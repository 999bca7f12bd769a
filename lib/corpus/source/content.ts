/** The content of a text source as UTF-8: decompressed, re-coded, without a byte order mark. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { Encoding } from './dialect.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

export interface ContentOptions {
  /** Names the source in messages. */
  file: string;
  compression: Compression;
  encoding: Encoding;
  signal?: AbortSignal | undefined;
  /** Told the size of each block as it comes from `stored`. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Blocks of UTF-8 text without a byte order mark. Invalid UTF-8 is left as it is, for the readers to count.
 * @throws {InvalidInput} where the compression is damaged or ends in the middle
 */
export async function* readContent(stored: Readable, options: ContentOptions): AsyncGenerator<Buffer> {
  const { compression, encoding, onBytes } = options;
  const counted = async function* () {
    for await (const block of stored as AsyncIterable<Buffer>) {
      onBytes?.(block.length);
      yield block;
    }
  };
  try {
    const plain =
      compression === 'none'
        ? counted()
        : compression === 'gzip'
          ? gunzip(counted(), options)
          : unzstd(counted());
    yield* encoding === 'utf-8' ? withoutMark(plain) : recode(plain, encoding);
  } catch (cause) {
    throw isDamage(cause, compression) ? damaged(options, cause as Error) : cause;
  } finally {
    stored.destroy();
  }
}

/** Compressed content unpacked as far as a first block goes; an end in its middle is no mistake here. */
export async function* unpack(stored: Readable, compression: Compression): AsyncGenerator<Buffer> {
  yield* readContent(stored, { file: '', compression, encoding: 'utf-8' });
}

async function* gunzip(blocks: AsyncIterable<Buffer>, { signal }: ContentOptions): AsyncGenerator<Buffer> {
  const unzipped = createGunzip({ chunkSize: 256 * 1024 });
  const feeding = pipeline(blocks, unzipped, { ...(signal && { signal }) });
  feeding.catch(() => undefined);
  yield* unzipped as AsyncIterable<Buffer>;
  await feeding;
}

/** Synchronous steps of 64 KiB, so that a block that unpacks into very much does not fill the memory at once. */
async function* unzstd(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  const decompressor = new Decompress((data) => {
    if (data.length > 0) ready.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  });
  for await (const block of blocks)
    for (let at = 0; at < block.length; at += 64 * 1024) {
      decompressor.push(block.subarray(at, at + 64 * 1024));
      yield* ready.splice(0);
    }
  // Throws where the last frame has not come to its end.
  decompressor.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

async function* withoutMark(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const block of blocks) {
    if (block.length === 0) continue;
    yield first && block.subarray(0, 3).equals(MARK) ? block.subarray(3) : block;
    first = false;
  }
}

async function* recode(blocks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const block of blocks) {
    const text = decoder.decode(block, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

function isDamage(cause: unknown, compression: Compression): boolean {
  const { code } = cause as { code?: unknown };
  if (compression === 'gzip') return code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR';
  return compression === 'zstd' && typeof code === 'number';
}

const damaged = ({ file, compression }: ContentOptions, cause: Error) =>
  new InvalidInput(
    file,
    `its ${compression} compression ends in the middle or is damaged (${cause.message})`,
    `Copy or compress the file again; "${compression} -t" checks it.`,
  );
