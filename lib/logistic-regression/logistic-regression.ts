/**
 * Multinomial logistic regression on TF-IDF, brought to its optimum, which is that of scikit-learn's
 * `LogisticRegression`: the weighted mean of the log losses, plus the squared weights (the intercepts left out) times
 * `1 / (2 C n)` for n records. Two classes have one vector of weights there, here two that are each other's negative: the
 * same penalty is twice their squares.
 */
import { setImmediate } from 'node:timers/promises';
import { minimise } from './minimise.ts';
import { inverseFrequencies, sixDigits, type WordCounter, type WordCountRows, weighWords } from './tfidf.ts';

/** Records as counts of words, with the number of each one's class. */
export interface CountedRecords {
  counter: WordCounter;
  rows: WordCountRows;
  labels: Int32Array;
  classes: number;
}

export interface RegressionTraining {
  records: CountedRecords;
  /** How often each record counts; 0 leaves it out. */
  weights: Uint32Array;
  /** By class number: the losses of a class's records are multiplied by it; all alike by default. */
  classWeights?: Float64Array | undefined;
  /** Inverse strength of the penalty. */
  c: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((share: number) => void) | undefined;
}

/** What makes a trained regression. */
export interface RegressionParts<Numbers = number[]> {
  classes: number;
  rarity: Numbers;
  /** The weights of word w stand from `w * classes` on, the intercepts after those of the last word. */
  parameters: Numbers;
}

export class LogisticRegression {
  readonly #counter: WordCounter;
  readonly #parts: RegressionParts<Float64Array>;

  constructor(counter: WordCounter, { classes, rarity, parameters }: RegressionParts<Iterable<number>>) {
    this.#counter = counter;
    this.#parts = { classes, rarity: Float64Array.from(rarity), parameters: Float64Array.from(parameters) };
  }

  /** What makes it, as JSON in six digits. */
  get parts(): RegressionParts {
    const { classes, rarity, parameters } = this.#parts;
    return { classes, rarity: sixDigits(rarity), parameters: sixDigits(parameters) };
  }

  /** The optimum, whatever the order of the records. Throws the signal's reason when it is aborted. */
  static async train(training: RegressionTraining): Promise<LogisticRegression> {
    const { records, weights, signal, onProgress } = training;
    const { counter, rows, classes } = records;
    const rarity = inverseFrequencies(rows, weights, counter.size);
    const objective = objectiveOf(training, weighWords(rows, rarity));
    const parameters = new Float64Array((counter.size + 1) * classes);
    await minimise(
      parameters,
      async (at, gradient) => {
        await setImmediate();
        signal?.throwIfAborted();
        return objective(at, gradient);
      },
      // The number of steps is not known before; most trainings take some tens.
      (step) => onProgress?.(step / (step + 20)),
    );
    onProgress?.(1);
    return new LogisticRegression(counter, { classes, rarity, parameters });
  }

  /** The probability of each class for a text. */
  probabilities(text: string): Float64Array {
    const row = this.#counter.rowOf(text);
    const { classes, rarity, parameters } = this.#parts;
    const scores = new Float64Array(classes);
    addScores(scores, parameters, row.words, weighWords(row, rarity), 0, row.words.length);
    toProbabilities(scores);
    return scores;
  }
}

/**
 * The mean loss with its penalty, and its gradient, which is added to zeros.
 * @param values of the records' words
 */
function objectiveOf({ records, weights, classWeights, c }: RegressionTraining, values: Float32Array) {
  const { rows, labels, classes } = records;
  /** How much each record counts: how often it was drawn, times the weight of its class. */
  const counts = Float64Array.from(weights, (count, record) =>
    count === 0 || !classWeights ? count : count * classWeights[labels[record]!]!,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  const penalty = (classes === 2 ? 2 : 1) / (c * total);
  const scores = new Float64Array(classes);
  return (parameters: Float64Array, gradient: Float64Array): number => {
    const intercepts = parameters.length - classes;
    let value = 0;
    for (let k = 0; k < intercepts; k++) {
      value += (penalty / 2) * parameters[k]! ** 2;
      gradient[k] = penalty * parameters[k]!;
    }
    for (let row = 0; row < counts.length; row++) {
      const share = counts[row]! / total;
      if (share === 0) continue;
      const [start, end] = [rows.starts[row]!, rows.starts[row + 1]!];
      scores.fill(0);
      addScores(scores, parameters, rows.words, values, start, end);
      toProbabilities(scores);
      const label = labels[row]!;
      value -= share * Math.log(Math.max(scores[label]!, Number.MIN_VALUE));
      scores[label]! -= 1;
      for (let place = start; place < end; place++) {
        const base = rows.words[place]! * classes;
        const factor = share * values[place]!;
        for (let k = 0; k < classes; k++) gradient[base + k]! += factor * scores[k]!;
      }
      for (let k = 0; k < classes; k++) gradient[intercepts + k]! += share * scores[k]!;
    }
    return value;
  };
}

/** Adds a row's products with the parameters, and the intercepts. */
function addScores(
  scores: Float64Array,
  parameters: Float64Array,
  words: Int32Array,
  values: Float32Array,
  start: number,
  end: number,
): void {
  const classes = scores.length;
  const intercepts = parameters.length - classes;
  for (let k = 0; k < classes; k++) scores[k]! += parameters[intercepts + k]!;
  for (let place = start; place < end; place++) {
    const base = words[place]! * classes;
    const value = values[place]!;
    for (let k = 0; k < classes; k++) scores[k]! += value * parameters[base + k]!;
  }
}

function toProbabilities(scores: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) most = Math.max(most, score);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = Math.exp(scores[k]! - most);
    sum += scores[k]!;
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
}
