import type { CountedRecords } from './logistic-regression.ts';
import { inverseFrequencies, type WordCounter, weighWords } from './tfidf.ts';

/** What makes mean records, as JSON. */
export interface MeanRecordsParts {
  classes: number;
  rarity: number[];
  /** The weight of word w in the mean of class k stands at `w * classes + k`. */
  means: number[];
}

/** The mean TF-IDF vector of each class, at length 1: Rocchio's classifier. */
export class MeanRecords {
  readonly #counter: WordCounter;
  readonly #parts: MeanRecordsParts;
  readonly #rarity: Float64Array;

  constructor(counter: WordCounter, parts: MeanRecordsParts) {
    this.#counter = counter;
    this.#parts = parts;
    this.#rarity = Float64Array.from(parts.rarity);
  }

  /** The cosine of a text with each class's mean. */
  similarities(text: string): Float64Array {
    const { classes, means } = this.#parts;
    const row = this.#counter.rowOf(text);
    const values = weighWords(row, this.#rarity);
    const cosines = new Float64Array(classes);
    for (const [place, word] of row.words.entries())
      for (let k = 0; k < classes; k++) cosines[k]! += values[place]! * means[word * classes + k]!;
    return cosines;
  }
}

/** @param weights how often each record counts; 0 leaves it out */
export function trainMeanRecords(
  { counter, rows, labels, classes }: CountedRecords,
  weights: Uint32Array,
): MeanRecordsParts {
  const rarity = inverseFrequencies(rows, weights, counter.size);
  const values = weighWords(rows, rarity);
  const means = new Float64Array(counter.size * classes);
  for (const [row, weight] of weights.entries())
    for (let place = rows.starts[row]!; place < rows.starts[row + 1]!; place++)
      means[rows.words[place]! * classes + labels[row]!]! += weight * values[place]!;
  const squares = new Float64Array(classes);
  for (const [at, value] of means.entries()) squares[at % classes]! += value * value;
  const rounded = Array.from(means, (value, at) => round(value / (Math.sqrt(squares[at % classes]!) || 1)));
  return { classes, rarity: Array.from(rarity, round), means: rounded };
}

/** Six digits: the rest is of no weight, and of much length in a file. */
const round = (value: number) => Number(value.toPrecision(6));
