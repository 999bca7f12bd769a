/**
 * The file of judged rows: what is known of each record once it was judged by itself, in the order of the source. The
 * prepare stage reads it once more to write what is kept, and the next run finds in it what became of rows and texts
 * that are still the same (verdict-cache.ts).
 *
 * An entry is a head of fixed size, the id and the text as they stand in a line of JSON, the label in UTF-8, and as
 * many bytes as bring it to a multiple of 16; numbers are little-endian:
 *
 * | bytes   | what                                                            |
 * |---------|-----------------------------------------------------------------|
 * | 0..15   | digest of the raw text                                          |
 * | 16      | verdict: 0 kept, 1 other language, 2 empty after cleaning       |
 * | 17      | 1 where the language could not be told                          |
 * | 18      | what was mended, a bit for each of `MENDINGS`                   |
 * | 19      | nothing                                                         |
 * | 20..23  | bytes of the id                                                 |
 * | 24..27  | bytes of the text; the beginning only of a dropped one          |
 * | 28..39  | digest of the clean text                                        |
 * | 40..103 | its MinHash signature                                           |
 * | 104..119| digest of the whole row and how it was read; 0 where it has none|
 * | 120..131| digest of the id                                                |
 * | 132..135| bytes of the label                                              |
 * | 136..143| where the id lies between 0 and 1, for the split                |
 */
import { open } from 'node:fs/promises';
import { DIGEST_WORDS } from '../duplicates/digest-table.ts';
import { SIGNATURE_WORDS } from '../duplicates/signature.ts';
import type { TextDropReason } from './judge.ts';

export const KEY_BYTES = 16;
export const TEXT_KEY_AT = 0;
export const VERDICT_AT = 16;
export const UNKNOWN_AT = 17;
export const MENDED_AT = 18;
export const ID_LENGTH_AT = 20;
export const TEXT_LENGTH_AT = 24;
export const DIGEST_AT = 28;
export const SIGNATURE_AT = DIGEST_AT + 4 * DIGEST_WORDS;
export const ROW_KEY_AT = SIGNATURE_AT + 4 * SIGNATURE_WORDS;
export const ID_DIGEST_AT = ROW_KEY_AT + KEY_BYTES;
export const LABEL_LENGTH_AT = ID_DIGEST_AT + 4 * DIGEST_WORDS;
export const FRACTION_AT = LABEL_LENGTH_AT + 4;
export const HEAD_BYTES = FRACTION_AT + 8;
/** Entries begin at multiples of it. */
export const ALIGNMENT = 16;

/** What a verdict's number says. */
export const DROP_REASONS: ReadonlyArray<TextDropReason | undefined> = [
  undefined,
  'other language',
  'empty after cleaning',
];

/** Where the parts of an entry lie in some bytes. */
export interface EntryPlaces {
  idAt: number;
  textAt: number;
  labelAt: number;
  labelEnd: number;
  /** Where the next entry begins. */
  end: number;
}

/** @param at where an entry begins, of which at least the head is there */
export function placesOf(bytes: Buffer, at: number): EntryPlaces {
  const idAt = at + HEAD_BYTES;
  const textAt = idAt + bytes.readUInt32LE(at + ID_LENGTH_AT);
  const labelAt = textAt + bytes.readUInt32LE(at + TEXT_LENGTH_AT);
  const labelEnd = labelAt + bytes.readUInt32LE(at + LABEL_LENGTH_AT);
  return { idAt, textAt, labelAt, labelEnd, end: at + aligned(labelEnd - at) };
}

/** A length with what brings it to a multiple of `ALIGNMENT`. */
export const aligned = (length: number) => length + ((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

/** Some consecutive entries of a file. */
export interface JudgedRows {
  bytes: Buffer;
  /** Where each begins in the bytes. */
  starts: number[];
  /** Where the bytes begin in the file. */
  place: number;
}

/** Bytes read at once. */
const BLOCK = 1024 * 1024;

/** The entries of a file, in order; good until the next ones are asked for. */
export async function* readJudgedRows(path: string): AsyncGenerator<JudgedRows> {
  const file = await open(path);
  let memory = Buffer.allocUnsafeSlow(2 * BLOCK);
  /** Bytes at its beginning that belong to an entry of which the rest is still to be read. */
  let rest = 0;
  let place = 0;
  try {
    for (;;) {
      if (memory.length < rest + BLOCK) memory = Buffer.concat([memory], 2 * memory.length);
      const { bytesRead } = await file.read(memory, rest, BLOCK);
      if (bytesRead === 0) return;
      const bytes = memory.subarray(0, rest + bytesRead);
      const starts: number[] = [];
      let at = 0;
      while (at + HEAD_BYTES <= bytes.length) {
        const { end } = placesOf(bytes, at);
        if (end > bytes.length) break;
        starts.push(at);
        at = end;
      }
      yield { bytes, starts, place };
      bytes.copy(memory, 0, at);
      rest = bytes.length - at;
      place += at;
    }
  } finally {
    await file.close();
  }
}
