import { grown } from '../arithmetic/grown.ts';
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

  /**
   * Adds a word.
   * @param row its own row, or -1 for a word that the dictionary does not have: its n-grams still count
   * @param hash of its token; any number will do where there are no word n-grams
   * @param subwords holds the rows of its character n-grams from place `from` to before `to`
   */
  add(row: number, hash: number, subwords: Int32Array, from: number, to: number): void {
    if (row >= 0) this.#push(row);
    for (let place = from; place < to; place++) this.#push(subwords[place]!);
    if (this.#wordNgrams > 1) this.#pushHash(hash);
  }

  /** Ends the line: its word n-grams are added. */
  finish(): void {
    if (this.#wordNgrams <= 1) return;
    for (let first = 0; first < this.#words; first++) {
      startNgram(this.#ngram, this.#hashes[first]!);
      const end = Math.min(this.#words, first + this.#wordNgrams);
      for (let next = first + 1; next < end; next++) {
        extendNgram(this.#ngram, this.#hashes[next]!);
        this.#push(this.#wordCount + bucketOfNgram(this.#ngram, this.#bucket));
      }
    }
  }

  #push(row: number): void {
    if (this.length === this.rows.length) this.rows = grown(this.rows);
    this.rows[this.length++] = row;
  }

  #pushHash(hash: number): void {
    if (this.#words === this.#hashes.length) this.#hashes = grown(this.#hashes);
    this.#hashes[this.#words++] = hash;
  }
}
