/** How the characters of a text file are written as bytes. */
import { isAscii } from 'node:buffer';
import type { CsvSettings } from '../../settings/settings.ts';

export type Encoding = NonNullable<CsvSettings['encoding']>;

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
