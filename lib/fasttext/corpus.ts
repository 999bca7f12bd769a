/**
 * Records as numbers: every record is read and cut into tokens once, and a training takes a list of record numbers.
 * An oversampled set of a million draws is four megabytes of indices, not a copy of the texts. The numbers lie in
 * shared memory, so that threads train on them without a copy either.
 */
import { hashToken } from './hash.ts';

/** What fastText puts in place of a line's end. */
export const END_OF_LINE = '</s>';
/** What a token that names a class begins with. */
export const LABEL_PREFIX = '__label__';

/** Every distinct token of a corpus, labels among them, in the order of first appearance. */
export interface Vocabulary {
  tokens: string[];
  /** fastText's hash of each token, as a signed 32-bit number. */
  hashes: Int32Array;
}

export interface TokenisedCorpus {
  vocabulary: Vocabulary;
  /** The tokens of all records one after the other, labels and `</s>` among them, as indices into the vocabulary. */
  tokens: Int32Array;
  /** Record r has the tokens from `offsets[r]` to before `offsets[r + 1]`. */
  offsets: Uint32Array;
}

/** fastText's separators: no others, so that a no-break space is part of a token. */
const SEPARATORS = /[ \n\r\t\v\f\0]+/;

/** The tokens of a text, its line breaks taken for spaces. */
export function splitTokens(text: string): string[] {
  return text.split(SEPARATORS).filter((token) => token !== '');
}

/** Takes lines in order and makes a `TokenisedCorpus` of them. */
export class CorpusBuilder {
  #index = new Map<string, number>();
  #words: string[] = [];
  #tokens = sharedInts(1 << 16);
  #length = 0;
  #offsets = [0];

  /**
   * Adds a line of a file in fastText's format. Tokens that begin with `__label__` are labels wherever they stand.
   * @param terminated false for a last line that no line break ends: fastText gives it no `</s>`
   */
  addLine(line: string, terminated = true): void {
    const words = splitTokens(line);
    if (terminated) words.push(END_OF_LINE);
    this.#add(words);
  }

  build(): TokenisedCorpus {
    const hashes = sharedInts(this.#words.length);
    for (const [index, word] of this.#words.entries()) hashes[index] = hashToken(word);
    const offsets = new Uint32Array(new SharedArrayBuffer(this.#offsets.length * 4));
    offsets.set(this.#offsets);
    return {
      vocabulary: { tokens: this.#words, hashes },
      tokens: this.#tokens.subarray(0, this.#length),
      offsets,
    };
  }

  #add(words: readonly string[]): void {
    while (this.#length + words.length > this.#tokens.length) this.#grow();
    for (const word of words) {
      let id = this.#index.get(word);
      if (id === undefined) {
        id = this.#words.length;
        this.#index.set(word, id);
        this.#words.push(word);
      }
      this.#tokens[this.#length++] = id;
    }
    this.#offsets.push(this.#length);
  }

  #grow(): void {
    const larger = sharedInts(this.#tokens.length * 2);
    larger.set(this.#tokens);
    this.#tokens = larger;
  }
}

const sharedInts = (length: number) => new Int32Array(new SharedArrayBuffer(length * 4));

/** The numbers of all records, in order. */
export function allRecords(corpus: TokenisedCorpus): Int32Array {
  return Int32Array.from({ length: corpus.offsets.length - 1 }, (_, record) => record);
}
