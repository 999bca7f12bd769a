/**
 * The file of judged rows: what is known of each record once it was judged by itself, in the order of the source. The
 * prepare stage reads it once more to write what is kept, and the next run finds in it the verdicts on texts that are
 * still the same (verdict-cache.ts).
 *
 * An entry is a head of fixed size, then the id and the text as they stand in a line of JSON:
 *
 * | bytes  | what                                                     |
 * |--------|----------------------------------------------------------|
 * | 0..15  | digest of the raw text                                   |
 * | 16     | verdict: 0 kept, 1 other language, 2 empty after cleaning|
 * | 17     | 1 where the language could not be told                   |
 * | 18, 19 | nothing                                                  |
 * | 20..23 | bytes of the id                                          |
 * | 24..27 | bytes of the text; the beginning only of a dropped one   |
 * | 28..39 | digest of the clean text                                 |
 * | 40..103| its MinHash signature                                    |
 */
import { createReadStream } from 'node:fs';
import { DIGEST_WORDS } from '../duplicates/digest-table.ts';
import { SIGNATURE_WORDS } from '../duplicates/signature.ts';
import type { TextDropReason } from './judge.ts';

export const RAW_DIGEST_BYTES = 16;
export const VERDICT_AT = 16;
export const UNKNOWN_AT = 17;
export const ID_LENGTH_AT = 20;
export const TEXT_LENGTH_AT = 24;
export const DIGEST_AT = 28;
export const SIGNATURE_AT = DIGEST_AT + 4 * DIGEST_WORDS;
export const HEAD_BYTES = SIGNATURE_AT + 4 * SIGNATURE_WORDS;

/** What a verdict's number says. */
export const DROP_REASONS: ReadonlyArray<TextDropReason | undefined> = [
  undefined,
  'other language',
  'empty after cleaning',
];

export interface JudgedRow {
  /** The id as a JSON string. */
  id: Buffer;
  /** The text as a JSON string. */
  text: Buffer;
}

/** The entries of a file, in order. What they point to is good until the next one is asked for. */
export async function* readJudgedRows(path: string): AsyncGenerator<JudgedRow[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const rows: JudgedRow[] = [];
    let at = 0;
    while (at + HEAD_BYTES <= bytes.length) {
      const idFrom = at + HEAD_BYTES;
      const textFrom = idFrom + bytes.readUInt32LE(at + ID_LENGTH_AT);
      const end = textFrom + bytes.readUInt32LE(at + TEXT_LENGTH_AT);
      if (end > bytes.length) break;
      rows.push({ id: bytes.subarray(idFrom, textFrom), text: bytes.subarray(textFrom, end) });
      at = end;
    }
    rest = bytes.subarray(at);
    yield rows;
  }
}
