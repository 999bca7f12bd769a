/** How the characters of a text file are written as bytes. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { CsvSettings } from '../../settings/settings.ts';

export type Encoding = NonNullable<CsvSettings['encoding']>;

/**
 * UTF-16 by its mark, or by the NULs that it has in every other place of Western text; undefined for all that ASCII is
 * a part of.
 * @param block the first bytes, uncompressed
 */
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
  /** A character that the end of a block may have cut. */
  #rest: Buffer = Buffer.alloc(0);

  add(block: Buffer): void {
    if (this.#rest.length === 0 && isAscii(block)) return;
    const bytes = Buffer.concat([this.#rest, block]);
    const end = endOfWhole(bytes);
    this.#rest = Buffer.from(bytes.subarray(end));
    this.#count(bytes.subarray(0, end));
  }

  /** What is more likely, by all that was added. */
  encoding(): Encoding {
    this.#count(this.#rest);
    return this.#broken > this.#sound ? 'windows-1252' : 'utf-8';
  }

  #count(bytes: Buffer): void {
    if (isUtf8(bytes)) {
      for (const byte of bytes) if (byte >= 0xc0) this.#sound++;
      return;
    }
    for (const character of bytes.toString('utf8'))
      if (character === '\ufffd') this.#broken++;
      else if (character > '\x7f') this.#sound++;
  }
}

/** Where the last character begins, if it is the beginning of one; else the end. */
function endOfWhole(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

const lengthOf = (first: number) => (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2);
