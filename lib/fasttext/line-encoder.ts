import { doubled } from '../arithmetic/doubled.ts';
import { bucketOfNgram, extendNgram, type NgramHash, startNgram } from './hash.ts';

/**
 * Gathers the rows of the input matrix that one line stands for: each word's own row, the rows of its character
 * n-grams, and after the words those of the word n-grams. One object serves a whole training; nothing is allocated
 * once its arrays have grown to the longest line.
 */
export class LineEncoder {
  readonly #wordCount: number;
  readonly #wordNgrams: number;
  readonly #bucket: number;
  /** The rows of the present line: the first `length` of them count. */
  rows = new Int32Array(1024);
  length = 0;
  #hashes = new Int32Array(1024);
  #words = 0;
  readonly #ngram: NgramHash = { high: 0, low: 0 };

  constructor({ wordCount, wordNgrams, bucket }: { wordCount: number; wordNgrams: number; bucket: number }) {
    this.#wordCount = wordCount;
    this.#wordNgrams = wordNgrams;
    this.#bucket = bucket;
  }

  /** Begins a new line. */
  start(): void {
    this.length = 0;
    this.#words = 0;
  }

  /** Adds a word's own row; -1 stands for a word that the dictionary does not have, whose n-grams still count. */
  addRow(row: number): void {
    if (row < 0) return;
    if (this.length === this.rows.length) this.rows = doubled(this.rows);
    this.rows[this.length++] = row;
  }

  /** Adds the rows of a word's character n-grams: by default all, else those from place `from` to before `to`. */
  addRows(rows: Int32Array, from = 0, to = rows.length): void {
    for (let place = from; place < to; place++) this.addRow(rows[place]!);
  }

  /** Adds the hash of a word's token, of which `finish` makes word n-grams. */
  addHash(hash: number): void {
    if (this.#words === this.#hashes.length) this.#hashes = doubled(this.#hashes);
    this.#hashes[this.#words++] = hash;
  }

  /** Ends the line: its word n-grams are added. */
  finish(): void {
    if (this.#wordNgrams <= 1) return;
    for (let first = 0; first < this.#words; first++) {
      startNgram(this.#ngram, this.#hashes[first]!);
      const end = Math.min(this.#words, first + this.#wordNgrams);
      for (let next = first + 1; next < end; next++) {
        extendNgram(this.#ngram, this.#hashes[next]!);
        this.addRow(this.#wordCount + bucketOfNgram(this.#ngram, this.#bucket));
      }
    }
  }
}
