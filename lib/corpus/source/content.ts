/** The content of a text source: how it is compressed and encoded, and its text as UTF-8 without a byte order mark. */
import { isAscii } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import type { ReadingOptions } from '../../artifacts/digest.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { CsvSettings } from '../../settings/settings.ts';

export type Compression = 'none' | 'gzip' | 'zstd';
export type Encoding = NonNullable<CsvSettings['encoding']>;

export interface ContentOptions extends ReadingOptions {
  file: string;
  compression: Compression;
}

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
/** A frame of zstd with any data, which readers skip: the first byte is one of sixteen. */
const SKIPPABLE = [0x2a, 0x4d, 0x18];
/** The window that zstd itself takes without being asked for more, 128 MiB. */
const LARGEST_WINDOW = 2 ** 27;
const BLOCK = 1024 * 1024;
/** What is unpacked in one step: a block that unpacks into very much must not fill the memory at once. */
const STEP = 64 * 1024;

/** How a file is compressed, by its first bytes. */
export function compressionOf(stored: Buffer): Compression {
  if (beginsWith(stored, GZIP)) return 'gzip';
  const isSkippable = (stored[0]! & 0xf0) === 0x50 && beginsWith(stored.subarray(1), SKIPPABLE);
  return isSkippable || beginsWith(stored, ZSTD) ? 'zstd' : 'none';
}

const beginsWith = (content: Buffer, bytes: readonly number[]): boolean =>
  bytes.every((byte, at) => content[at] === byte);

/** Blocks of text in UTF-8 without a byte order mark; what is invalid has U+FFFD in its place, for the readers to count. */
export async function* readContent(encoding: Encoding, options: ContentOptions): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const block of unpack(options)) yield Buffer.from(decoder.decode(block, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** Blocks of a file as they were before it was compressed. @throws {InvalidInput} where the compression is damaged */
export async function* unpack(options: ContentOptions): AsyncGenerator<Buffer> {
  const { file, compression, onBytes } = options;
  const stored = createReadStream(file, { highWaterMark: BLOCK });
  const counted = async function* () {
    for await (const block of stored as AsyncIterable<Buffer>) {
      onBytes?.(block.length);
      yield block;
    }
  };
  try {
    if (compression === 'none') yield* counted();
    else yield* compression === 'gzip' ? gunzip(counted(), options) : unzstd(counted(), options);
  } finally {
    stored.destroy();
  }
}

async function* gunzip(blocks: AsyncIterable<Buffer>, options: ContentOptions): AsyncGenerator<Buffer> {
  // What ends one stream ends the other, so that its errors reach the reader.
  const unzipped = pipeline(blocks, createGunzip({ chunkSize: 256 * 1024 }), () => {});
  try {
    yield* unzipped as AsyncIterable<Buffer>;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR' ? damaged(options, cause as Error) : cause;
  }
}

async function* unzstd(blocks: AsyncIterable<Buffer>, options: ContentOptions): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  const decompressor = new Decompress((data) => {
    if (data.length > 0) ready.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  });
  const push = (bytes: Uint8Array, final = false) => {
    try {
      decompressor.push(bytes, final);
    } catch (cause) {
      // The library allocates whatever window a frame names.
      throw cause instanceof RangeError ? windowTooLarge(options) : damaged(options, cause as Error);
    }
  };
  let isFirst = true;
  for await (const block of blocks) {
    if (isFirst) checkWindow(block, options);
    isFirst = false;
    for (let at = 0; at < block.length; at += STEP) {
      push(block.subarray(at, at + STEP));
      yield* ready.splice(0);
    }
  }
  // Throws where the last frame has not come to its end.
  push(new Uint8Array(0), true);
  yield* ready.splice(0);
}

/** Refuses a file whose first frame with data names a larger window than can be held in memory. */
function checkWindow(block: Buffer, options: ContentOptions): void {
  let at = 0;
  while (at + 8 <= block.length && !beginsWith(block.subarray(at), ZSTD))
    at += 8 + block.readUInt32LE(at + 4);
  const [flags = 0x20, window = 0] = block.subarray(at + 4);
  // A frame in a single segment has no window but its own size.
  if ((flags & 0x20) === 0 && 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8) > LARGEST_WINDOW)
    throw windowTooLarge(options);
}

/** UTF-16 by its mark in the first bytes, or by the NULs that it has in every other place of Western text. */
export function utf16Of(block: Buffer): Encoding | undefined {
  if (block[0] === 0xff && block[1] === 0xfe) return 'utf-16le';
  if (block[0] === 0xfe && block[1] === 0xff) return 'utf-16be';
  const nuls = [0, 0];
  for (const [at, byte] of block.entries()) if (byte === 0) nuls[at % 2]!++;
  const half = block.length / 2;
  if (nuls[1]! > 0.7 * half && nuls[0]! < 0.1 * half) return 'utf-16le';
  if (nuls[0]! > 0.7 * half && nuls[1]! < 0.1 * half) return 'utf-16be';
  return undefined;
}

/**
 * Tells UTF-8 from Windows-1252 by all characters beyond ASCII of a file: where most of them are no UTF-8, it is not.
 * Single broken characters among sound ones are a scrape's dirt.
 */
export class Utf8Evidence {
  #sound = 0;
  #broken = 0;
  readonly #decoder = new TextDecoder();

  add(block: Buffer): void {
    if (isAscii(block)) return;
    // The mark of a broken character may stand in the file itself, in sound UTF-8.
    const marks = block.toString('latin1').match(/\xef\xbf\xbd/g)?.length ?? 0;
    this.#sound += marks;
    this.#broken -= marks;
    this.#count(this.#decoder.decode(block, { stream: true }));
  }

  /** What is more likely, by all that was added. */
  encoding(): Encoding {
    this.#count(this.#decoder.decode());
    return this.#broken > this.#sound ? 'windows-1252' : 'utf-8';
  }

  #count(text: string): void {
    this.#broken += text.match(/\ufffd/g)?.length ?? 0;
    this.#sound += text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  }
}

const damaged = ({ file, compression }: ContentOptions, cause: Error) =>
  new InvalidInput(
    file,
    `its ${compression} compression ends in the middle or is damaged (${cause.message})`,
    `Copy or compress the file again; "${compression} -t" checks it.`,
  );

const windowTooLarge = ({ file }: ContentOptions) =>
  new InvalidInput(
    file,
    'it is compressed with a window of more than 128 MiB (zstd --long)',
    `Compress it again with a smaller one: zstd -d --long=31 -c OLD | zstd -o NEW`,
  );
