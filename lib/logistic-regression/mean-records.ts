import type { CountedRecords } from './logistic-regression.ts';
import { inverseFrequencies, sixDigits, type WordCounter, weighWords } from './tfidf.ts';

/** The mean TF-IDF vector of each class, at length 1: Rocchio's classifier, as JSON. */
export interface MeanRecords {
  classes: number;
  rarity: number[];
  /** The weight of word w in the mean of class k stands at `w * classes + k`. */
  means: number[];
}

/** The cosine of a text with each class's mean. */
export function similaritiesTo(
  { classes, rarity, means }: MeanRecords,
  counter: WordCounter,
  text: string,
): Float64Array {
  const row = counter.rowOf(text);
  const values = weighWords(row, rarity);
  const cosines = new Float64Array(classes);
  for (const [place, word] of row.words.entries())
    for (let k = 0; k < classes; k++) cosines[k]! += values[place]! * means[word * classes + k]!;
  return cosines;
}

/** @param weights how often each record counts; 0 leaves it out */
export function trainMeanRecords(
  { counter, rows, labels, classes }: CountedRecords,
  weights: Uint32Array,
): MeanRecords {
  const rarity = inverseFrequencies(rows, weights, counter.size);
  const values = weighWords(rows, rarity);
  const means = new Float64Array(counter.size * classes);
  for (const [row, weight] of weights.entries())
    for (let place = rows.starts[row]!; place < rows.starts[row + 1]!; place++)
      means[rows.words[place]! * classes + labels[row]!]! += weight * values[place]!;
  const squares = new Float64Array(classes);
  for (const [at, value] of means.entries()) squares[at % classes]! += value * value;
  const lengths = squares.map((square) => Math.sqrt(square) || 1);
  return {
    classes,
    rarity: sixDigits(rarity),
    means: sixDigits(means.map((value, at) => value / lengths[at % classes]!)),
  };
}
