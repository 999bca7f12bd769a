import { END_OF_LINE, LABEL_PREFIX, splitTokens } from './corpus.ts';
import type { Dictionary } from './dictionary.ts';
import { bucketOfNgram, extendNgram, hashToken, type NgramHash, startNgram } from './hash.ts';

/**
 * Turns the tokens of one line into rows of the input matrix: each word's own row, the rows of its character
 * n-grams, and after the words those of the word n-grams. One object serves a whole training; nothing is allocated
 * once its arrays have grown to the longest line.
 */
export class LineEncoder {
  readonly #dictionary: Dictionary;
  readonly #hasSubwords: boolean;
  readonly #hasWordNgrams: boolean;
  /** The rows of the present line: the first `length` of them count. */
  rows = new Int32Array(1024);
  length = 0;
  #hashes = new Int32Array(1024);
  #words = 0;
  readonly #ngram: NgramHash = { high: 0, low: 0 };

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
    this.#hasSubwords = dictionary.settings.maxn > 0;
    this.#hasWordNgrams = dictionary.settings.wordNgrams > 1;
  }

  /** Begins a new line. */
  start(): void {
    this.length = 0;
    this.#words = 0;
  }

  /** Adds a word of the dictionary; `hash` is its token's. */
  addWord(word: number, hash: number): void {
    this.#push(word);
    if (this.#hasSubwords) for (const row of this.#dictionary.subwordsOf(word)) this.#push(row);
    if (this.#hasWordNgrams) this.#pushHash(hash);
  }

  /** Adds a word that the dictionary does not have: its n-grams still count. */
  addUnknownWord(token: string, hash: number): void {
    if (this.#hasSubwords) for (const row of this.#dictionary.subwordsOfToken(token)) this.#push(row);
    if (this.#hasWordNgrams) this.#pushHash(hash);
  }

  /** Ends the line: its word n-grams are added. */
  finish(): void {
    if (!this.#hasWordNgrams) return;
    const { wordNgrams, bucket } = this.#dictionary.settings;
    for (let first = 0; first < this.#words; first++) {
      startNgram(this.#ngram, this.#hashes[first]!);
      const end = Math.min(this.#words, first + wordNgrams);
      for (let next = first + 1; next < end; next++) {
        extendNgram(this.#ngram, this.#hashes[next]!);
        this.#push(this.#dictionary.wordCount + bucketOfNgram(this.#ngram, bucket));
      }
    }
  }

  /** Encodes a whole text as one line, with its `</s>` if it is terminated; labels in it are passed over. */
  encode(text: string, terminated: boolean): void {
    this.start();
    const tokens = splitTokens(text);
    if (terminated) tokens.push(END_OF_LINE);
    for (const token of tokens) {
      const entry = this.#dictionary.find(token);
      if (entry >= this.#dictionary.wordCount || (entry < 0 && token.startsWith(LABEL_PREFIX))) continue;
      if (entry >= 0) this.addWord(entry, this.#hasWordNgrams ? hashToken(token) : 0);
      else this.addUnknownWord(token, this.#hasWordNgrams ? hashToken(token) : 0);
    }
    this.finish();
  }

  #push(row: number): void {
    if (this.length === this.rows.length) this.rows = doubled(this.rows);
    this.rows[this.length++] = row;
  }

  #pushHash(hash: number): void {
    if (this.#words === this.#hashes.length) this.#hashes = doubled(this.#hashes);
    this.#hashes[this.#words++] = hash;
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
