/**
 * Records as numbers: every record is read and cut into tokens once, and a training takes a list of record numbers.
 * An oversampled set of a million draws is four megabytes of indices, not a copy of the texts.
 */
import { END_OF_LINE, splitTokens, toBytes } from './tokens.ts';
import { Vocabulary } from './vocabulary.ts';

export interface TokenisedCorpus {
  /** Every distinct token, labels among them, in the order of first appearance. */
  vocabulary: Vocabulary;
  /** The tokens of all records one after the other, labels and `</s>` among them, as numbers of the vocabulary. */
  tokens: Int32Array;
  /** Record r has the tokens from `offsets[r]` to before `offsets[r + 1]`. */
  offsets: Uint32Array;
}

/** Takes lines in order and makes a `TokenisedCorpus` of them. */
export class CorpusBuilder {
  readonly #vocabulary = new Vocabulary();
  #tokens = sharedInts(1 << 16);
  #length = 0;
  readonly #offsets = [0];

  /**
   * Adds a line of a file in fastText's format. Tokens that begin with `__label__` are labels wherever they stand.
   */
  addLine(text: string): void {
    this.addBytes(toBytes(text), true);
  }

  /**
   * The same of a line as a string of bytes.
   * @param terminated false for a last line that no line break ends: fastText gives it no `</s>`
   */
  addBytes(line: string, terminated: boolean): void {
    for (const token of splitTokens(line)) this.#push(token);
    if (terminated) this.#push(END_OF_LINE);
    this.#offsets.push(this.#length);
  }

  build(): TokenisedCorpus {
    return {
      vocabulary: this.#vocabulary,
      tokens: this.#tokens.subarray(0, this.#length),
      offsets: Uint32Array.from(this.#offsets),
    };
  }

  #push(token: string): void {
    if (this.#length === this.#tokens.length) {
      const larger = sharedInts(this.#tokens.length * 2);
      larger.set(this.#tokens);
      this.#tokens = larger;
    }
    this.#tokens[this.#length++] = this.#vocabulary.add(token);
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
