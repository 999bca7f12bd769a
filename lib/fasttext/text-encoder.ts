import type { Dictionary } from './dictionary.ts';
import { hashBytes } from './hash.ts';
import { LineEncoder } from './line-encoder.ts';
import { END_OF_LINE_BYTES, eachToken, LABEL_PREFIX_BYTES, TextBytes } from './tokens.ts';

/** Encodes texts that no corpus holds, for a model that predicts. */
export class PlainTextEncoder {
  readonly line: LineEncoder;
  readonly #dictionary: Dictionary;
  readonly #texts = new TextBytes();
  /** Rows of known words' n-grams, found once. */
  readonly #subwords = new Map<number, Int32Array>();

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
    this.line = new LineEncoder({ wordCount: dictionary.wordCount, ...dictionary.settings });
  }

  /** Encodes a whole text, or its UTF-8, as one line, with its `</s>` if it is terminated; labels in it are ignored. */
  encode(text: string | Uint8Array, terminated: boolean): void {
    this.line.start();
    const bytes = this.#texts.of(text);
    eachToken(bytes, 0, bytes.length, (from, to, hash) => this.#add(bytes, from, to, hash));
    if (terminated) this.#add(END_OF_LINE_BYTES, 0, END_OF_LINE_BYTES.length, END_OF_LINE_HASH);
    this.line.finish();
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number): void {
    const { wordCount, settings } = this.#dictionary;
    const entry = this.#dictionary.find(bytes, from, to, hash);
    if (entry >= wordCount || (entry < 0 && isLabel(bytes, from, to))) return;
    this.line.addRow(entry);
    if (settings.maxn > 0) {
      const subwords = this.#subwordsOf(bytes.subarray(from, to), entry);
      this.line.addRows(subwords, 0, subwords.length);
    }
    if (settings.wordNgrams > 1) this.line.addHash(hash);
  }

  #subwordsOf(token: Uint8Array, entry: number): Int32Array {
    const known = this.#subwords.get(entry);
    if (known) return known;
    const rows = this.#dictionary.subwordsOf(token);
    if (entry >= 0) this.#subwords.set(entry, rows);
    return rows;
  }
}

const END_OF_LINE_HASH = hashBytes(END_OF_LINE_BYTES, 0, END_OF_LINE_BYTES.length);

function isLabel(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    to - from >= LABEL_PREFIX_BYTES.length &&
    LABEL_PREFIX_BYTES.every((byte, index) => bytes[from + index] === byte)
  );
}
