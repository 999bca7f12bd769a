/**
 * Texts as sparse vectors: how often each word stands in the text, times how rare it is among the texts, at length 1.
 * The same numbers as scikit-learn's `TfidfVectorizer` with its defaults.
 */
import { increase } from '../arithmetic/counts.ts';
import { doubled } from '../arithmetic/doubled.ts';

/** Rows of word counts: row r has the words `words[starts[r]]` to before `words[starts[r + 1]]`, each once. */
export interface WordCountRows {
  starts: Uint32Array;
  words: Int32Array;
  counts: Float32Array;
}

/** The words that count: two letters, digits or underscores or more, without case. */
const WORD = /[\p{L}\p{N}_]{2,}/gu;

const wordsOf = (text: string): string[] => text.toLowerCase().match(WORD) ?? [];

/** Numbers words in the order of their appearance, and counts them in texts. */
export class WordCounter {
  readonly #numbers: Map<string, number>;
  readonly #starts = [0];
  #words = new Int32Array(1 << 16);
  #counts = new Float32Array(1 << 16);
  #length = 0;

  /** @param words those that it knows from the beginning, each once, numbered in order */
  constructor(words: readonly string[] = []) {
    this.#numbers = new Map(words.map((word, number) => [word, number]));
  }

  get words(): string[] {
    return [...this.#numbers.keys()];
  }

  /** Distinct words so far. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Adds a text's words to those that it knows, and a row of their counts. */
  add(text: string): void {
    const row = new Map<number, number>();
    for (const word of wordsOf(text)) {
      if (!this.#numbers.has(word)) this.#numbers.set(word, this.size);
      increase(row, this.#numbers.get(word)!);
    }
    while (this.#length + row.size > this.#words.length)
      [this.#words, this.#counts] = [doubled(this.#words), doubled(this.#counts)];
    for (const [word, count] of row) {
      this.#words[this.#length] = word;
      this.#counts[this.#length++] = count;
    }
    this.#starts.push(this.#length);
  }

  /** The rows of the texts that were added. */
  rows(): WordCountRows {
    return {
      starts: Uint32Array.from(this.#starts),
      words: this.#words.subarray(0, this.#length),
      counts: this.#counts.subarray(0, this.#length),
    };
  }

  /** The counts of a text's known words as a row by itself. */
  rowOf(text: string): WordCountRows {
    const row = new Map<number, number>();
    for (const word of wordsOf(text)) {
      const number = this.#numbers.get(word);
      if (number !== undefined) increase(row, number);
    }
    const [words, counts] = [Int32Array.from(row.keys()), Float32Array.from(row.values())];
    return { starts: Uint32Array.of(0, row.size), words, counts };
  }
}

/**
 * How rare each word is: `ln((1 + n) / (1 + d)) + 1` for d of n texts that have it; 0 for a word that none of them has,
 * which is thus no part of any text.
 * @param weights how often each row counts
 * @param size distinct words
 */
export function inverseFrequencies(
  rows: WordCountRows,
  weights: ArrayLike<number>,
  size: number,
): Float64Array {
  const documents = new Float64Array(size);
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    total += weights[row]!;
    for (let place = rows.starts[row]!; place < rows.starts[row + 1]!; place++)
      documents[rows.words[place]!]! += weights[row]!;
  }
  return documents.map((count) => (count === 0 ? 0 : Math.log((1 + total) / (1 + count)) + 1));
}

/** The rows' counts times the words' rarity, each row at length 1. */
export function weighWords(rows: WordCountRows, rarity: ArrayLike<number>): Float32Array {
  const values = new Float32Array(rows.counts.length);
  for (let row = 0; row + 1 < rows.starts.length; row++) {
    const [start, end] = [rows.starts[row]!, rows.starts[row + 1]!];
    let squares = 0;
    for (let place = start; place < end; place++) {
      const value = rows.counts[place]! * rarity[rows.words[place]!]!;
      values[place] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares) || 1;
    for (let place = start; place < end; place++) values[place]! /= length;
  }
  return values;
}

/** Six digits: the rest is of no weight, and of much length in a file. */
export const sixDigits = (values: ArrayLike<number>): number[] =>
  Array.from(values, (value) => Number(value.toPrecision(6)));
