import { DIGEST_WORDS } from '../duplicates/digest-table.ts';
import { SIGNATURE_WORDS, writeSignature } from '../duplicates/signature.ts';

import { MENDINGS, type Mended, type RecordRow } from '../rows.ts';
import { writeSha256 } from '../sha256.ts';
import { shorten } from '../shorten.ts';
import { splitFraction } from '../split.ts';
import type { Verdict } from './judge.ts';
import {
  aligned,
  DIGEST_AT,
  DROP_REASONS,
  FRACTION_AT,
  HEAD_BYTES,
  ID_DIGEST_AT,
  ID_LENGTH_AT,
  KEY_BYTES,
  LABEL_LENGTH_AT,
  MENDED_AT,
  ROW_KEY_AT,
  SIGNATURE_AT,
  TEXT_KEY_AT,
  TEXT_LENGTH_AT,
  UNKNOWN_AT,
  VERDICT_AT,
} from './judged-rows.ts';
import type { KnownEntry } from './verdict-cache.ts';

/** A record that gets an entry, with the digests by which a later run finds it. */
export interface EntryRecord {
  row: RecordRow;
  textKey: Buffer;
  /** Undefined where the source has no bytes of a row. */
  rowKey: Buffer | undefined;
  /** Seed of the split. */
  seed: number;
}

/** Of a dropped text no more is kept. */
const SAMPLE_LENGTH = 300;
const signature = new Uint32Array(SIGNATURE_WORDS);

/** Puts entries of judged rows one behind the other into one buffer. */
export class EntryWriter {
  /** Where each entry begins. */
  readonly starts: number[] = [];
  /** The entries; the end of the last one is the `length`. */
  buffer: Buffer;
  length = 0;

  /** @param expected bytes of all entries together, roughly */
  constructor(expected: number) {
    this.buffer = Buffer.from(new ArrayBuffer(aligned(expected)));
  }

  /** An entry for a verdict. */
  add(record: EntryRecord, { text, dropped, unknownLanguage }: Verdict): void {
    const textJson = JSON.stringify(dropped ? shorten(text, SAMPLE_LENGTH) : text);
    const at = this.#begin(record, 3 * textJson.length);
    const { buffer } = this;
    buffer[at + VERDICT_AT] = DROP_REASONS.indexOf(dropped);
    buffer[at + UNKNOWN_AT] = unknownLanguage ? 1 : 0;
    if (!dropped) {
      writeSha256(text, buffer, at + DIGEST_AT, 4 * DIGEST_WORDS);
      writeSignature(text, signature, 0);
      for (let word = 0; word < SIGNATURE_WORDS; word++)
        buffer.writeUInt32LE(signature[word]!, at + SIGNATURE_AT + 4 * word);
    }
    const textLength = buffer.write(textJson, this.length);
    this.#end(record, textLength);
  }

  /** An entry with the verdict of another whose raw text is the same. */
  addKnownText(record: EntryRecord, { bytes, at: from, textAt, labelAt }: KnownEntry): void {
    const at = this.#begin(record, labelAt - textAt);
    bytes.copy(this.buffer, at + VERDICT_AT, from + VERDICT_AT, from + UNKNOWN_AT + 1);
    bytes.copy(this.buffer, at + DIGEST_AT, from + DIGEST_AT, from + ROW_KEY_AT);
    bytes.copy(this.buffer, this.length, textAt, labelAt);
    this.#end(record, labelAt - textAt);
  }

  /** An entry as it was: that of the same row. */
  addKnownRow({ bytes, at, end }: KnownEntry): void {
    this.#reserve(end - at);
    bytes.copy(this.buffer, this.length, at, end);
    this.starts.push(this.length);
    this.length += end - at;
  }

  /** Writes what the row alone decides, up to where the text begins. */
  #begin({ row: { id, label, mended }, textKey, rowKey, seed }: EntryRecord, textBytes: number): number {
    const idJson = JSON.stringify(id);
    this.#reserve(HEAD_BYTES + 3 * (idJson.length + label.length) + textBytes);
    const at = this.length;
    textKey.copy(this.buffer, at + TEXT_KEY_AT, 0, KEY_BYTES);
    rowKey?.copy(this.buffer, at + ROW_KEY_AT, 0, KEY_BYTES);
    writeSha256(id, this.buffer, at + ID_DIGEST_AT, 4 * DIGEST_WORDS);
    this.buffer.writeDoubleLE(splitFraction(id, seed), at + FRACTION_AT);
    this.buffer[at + MENDED_AT] = bitsOf(mended);
    const idLength = this.buffer.write(idJson, at + HEAD_BYTES);
    this.buffer.writeUInt32LE(idLength, at + ID_LENGTH_AT);
    this.starts.push(at);
    this.length += HEAD_BYTES + idLength;
    return at;
  }

  /** Ends the entry whose text stands at `length`. */
  #end({ row: { label } }: EntryRecord, textLength: number): void {
    const at = this.starts.at(-1)!;
    const labelLength = this.buffer.write(label, this.length + textLength);
    this.buffer.writeUInt32LE(textLength, at + TEXT_LENGTH_AT);
    this.buffer.writeUInt32LE(labelLength, at + LABEL_LENGTH_AT);
    this.length = aligned(this.length + textLength + labelLength);
  }

  #reserve(bytes: number): void {
    const needed = aligned(this.length + bytes);
    if (needed <= this.buffer.length) return;
    const larger = Buffer.from(new ArrayBuffer(Math.max(2 * this.buffer.length, needed)));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

const bitsOf = (mended: readonly Mended[]) =>
  mended.reduce((bits, what) => bits | (1 << MENDINGS.indexOf(what)), 0);
