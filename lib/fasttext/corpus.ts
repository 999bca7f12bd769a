/**
 * Records as numbers: every record is read and cut into tokens once, and a training takes a list of record numbers.
 * An oversampled set of a million draws is four megabytes of indices, not a copy of the texts.
 */
import { grown } from '../arithmetic/grown.ts';
import { addToken, TokenTable } from './token-table.ts';
import { END_OF_LINE_BYTES, eachToken, TextBytes } from './tokens.ts';

export interface TokenisedCorpus {
  /** Every distinct token, labels among them, in the order of first appearance. */
  vocabulary: TokenTable;
  /** The tokens of all records one after the other, labels and `</s>` among them, as numbers of the vocabulary. */
  tokens: Int32Array;
  /** Record r has the tokens from `offsets[r]` to before `offsets[r + 1]`. */
  offsets: Uint32Array;
}

/** Takes lines in order and makes a `TokenisedCorpus` of them. */
export class CorpusBuilder {
  readonly #vocabulary = new TokenTable();
  readonly #texts = new TextBytes();
  #tokens: Int32Array;
  #length = 0;
  #offsets = new Uint32Array(1 << 10);
  #records = 0;

  /** @param tokens how many are expected at most; memory is taken only as they come */
  constructor(tokens = 1 << 16) {
    this.#tokens = sharedInts(Math.max(tokens, 1 << 10));
  }

  /**
   * Adds a line of a file in fastText's format, as text or UTF-8. Tokens that begin with `__label__` are labels
   * wherever they stand.
   * @param terminated false for a last line that no line break ends: fastText gives it no `</s>`
   */
  addLine(line: string | Uint8Array, terminated = true): void {
    const bytes = this.#texts.of(line);
    eachToken(bytes, 0, bytes.length, (from, to, hash) => {
      this.#push(this.#vocabulary.add(bytes, from, to, hash));
    });
    if (terminated) this.#push(addToken(this.#vocabulary, END_OF_LINE_BYTES));
    this.#records++;
    if (this.#records === this.#offsets.length) this.#offsets = grown(this.#offsets);
    this.#offsets[this.#records] = this.#length;
  }

  build(): TokenisedCorpus {
    const offsets = this.#offsets.slice(0, this.#records + 1);
    return { vocabulary: this.#vocabulary, tokens: this.#tokens.subarray(0, this.#length), offsets };
  }

  #push(token: number): void {
    if (this.#length === this.#tokens.length) {
      const larger = sharedInts(this.#tokens.length * 2);
      larger.set(this.#tokens);
      this.#tokens = larger;
    }
    this.#tokens[this.#length++] = token;
  }
}

/** Zeros that another thread reaches without a copy: for what has a number a token. */
export function sharedInts(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/** The numbers of all records, in order. */
export function allRecords(corpus: TokenisedCorpus): Int32Array {
  return Int32Array.from({ length: corpus.offsets.length - 1 }, (_, record) => record);
}
