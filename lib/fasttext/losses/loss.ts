import { popHeap, pushHeap, sortHeap } from '../introsort.ts';
import type { Scratch } from '../model-memory.ts';
import type { MinStdRand } from '../random-engine.ts';

/** One label of a prediction. */
export interface ScoredLabel {
  /** Logarithm of the probability, in 32 bits. */
  score: number;
  label: number;
}

/** How the output layer turns a hidden vector into probabilities and learns from a target. */
export interface Loss {
  /** Whether a record of several labels teaches all of them at once, and not one drawn among them. */
  readonly learnsAllLabels: boolean;
  /**
   * One step on one example: moves the output weights and adds the hidden vector's gradient, times the learning rate,
   * to `scratch.gradient`. Returns the loss before the step; NaN once the weights have overflowed.
   * @param labels labels of the record
   * @param target the one to learn, where it is one
   */
  forward(
    labels: readonly number[],
    target: number,
    scratch: Scratch,
    learningRate: number,
    random: MinStdRand,
  ): number;
  /** The `k` best labels for the hidden vector, best first, none less probable than `threshold`. */
  predict(scratch: Scratch, k: number, threshold: number): ScoredLabel[];
}

/** The labels with the best scores, in fastText's heap, so that equal ones fall out in the same order as there. */
export class BestLabels {
  readonly #k: number;
  readonly #heap: ScoredLabel[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  /** Whether a label of this score would not be among the best. */
  isFullAbove(score: number): boolean {
    return this.#heap.length === this.#k && score < this.#heap[0]!.score;
  }

  add(score: number, label: number): void {
    pushHeap(this.#heap, { score, label }, isBetter);
    if (this.#heap.length > this.#k) popHeap(this.#heap, isBetter);
  }

  /** Best first; to be called once. */
  sorted(): ScoredLabel[] {
    sortHeap(this.#heap, isBetter);
    return this.#heap;
  }
}

const isBetter = (a: ScoredLabel, b: ScoredLabel) => a.score > b.score;

/** The best of probabilities that are all known. */
export function bestOf(probabilities: Float32Array, k: number, threshold: number): ScoredLabel[] {
  const best = new BestLabels(k);
  for (const [label, probability] of probabilities.entries()) {
    if (probability < threshold) continue;
    const score = logProbability(probability);
    if (!best.isFullAbove(score)) best.add(score, label);
  }
  return best.sorted();
}

/** fastText's logarithm of a probability, which a 0 does not make infinite. */
export const logProbability = (probability: number): number => Math.fround(Math.log(probability + 1e-5));

const SIGMOID_STEPS = 512;
/** Beyond this the sigmoid counts as 0 or 1. */
const SIGMOID_END = 8;
const SIGMOIDS = Float32Array.from({ length: SIGMOID_STEPS + 1 }, (_, step) => {
  const x = (step * 2 * SIGMOID_END) / SIGMOID_STEPS - SIGMOID_END;
  return 1 / (1 + Math.fround(Math.exp(-x)));
});

/** The sigmoid from fastText's table; NaN of NaN. */
export function sigmoid(x: number): number {
  if (x < -SIGMOID_END) return 0;
  if (x > SIGMOID_END) return 1;
  const step = Math.floor((Math.fround(x + SIGMOID_END) * SIGMOID_STEPS) / (2 * SIGMOID_END));
  return SIGMOIDS[step] ?? Number.NaN;
}

const LOG_STEPS = 512;
const LOGS = Float32Array.from({ length: LOG_STEPS + 1 }, (_, step) =>
  Math.log(Math.fround((step + 1e-5) / LOG_STEPS)),
);

/** The loss of a probability, from fastText's table of logarithms; NaN of NaN. */
export function lossOf(probability: number): number {
  if (probability > 1) return 0;
  return -(LOGS[Math.floor(Math.fround(probability) * LOG_STEPS)] ?? Number.NaN);
}

/** One row of the output matrix learns whether it applies; returns the loss. */
export function learnBinary(scratch: Scratch, row: number, applies: boolean, learningRate: number): number {
  const probability = sigmoid(scratch.score(row));
  const error = Math.fround((applies ? 1 : 0) - probability);
  scratch.learn(row, Math.fround(learningRate * error));
  return lossOf(applies ? probability : 1 - probability);
}
