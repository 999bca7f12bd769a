import type { FastTextSettings } from '../../settings/settings.ts';
import type { Scratch } from '../model-memory.ts';
import type { MinStdRand } from '../random-engine.ts';
import { HierarchicalSoftmaxLoss } from './hierarchical-softmax.ts';
import { bestOf, type Loss, learnBinary, lossOf, type ScoredLabel, sigmoid } from './loss.ts';

/**
 * The loss that the settings name.
 * @param counts how often each label occurs
 */
export function createLoss(
  { loss, neg }: Pick<FastTextSettings, 'loss' | 'neg'>,
  counts: readonly number[],
): Loss {
  switch (loss) {
    case 'softmax':
      return new SoftmaxLoss();
    case 'ova':
      return new OneVersusAllLoss();
    case 'ns':
      return new NegativeSamplingLoss(neg, counts);
    case 'hs':
      return new HierarchicalSoftmaxLoss(counts);
  }
}

/** The softmax over all labels, with fastText's order of operations and roundings. */
export class SoftmaxLoss implements Loss {
  readonly learnsAllLabels = false;

  forward(_labels: readonly number[], target: number, scratch: Scratch, learningRate: number): number {
    computeProbabilities(scratch);
    const { output, steps } = scratch;
    for (let label = 0; label < output.length; label++) {
      const error = Math.fround((label === target ? 1 : 0) - output[label]!);
      steps[label] = learningRate * error;
    }
    scratch.learnAll();
    return lossOf(output[target]!);
  }

  predict(scratch: Scratch, k: number, threshold: number): ScoredLabel[] {
    computeProbabilities(scratch);
    return bestOf(scratch.output, k, threshold);
  }
}

function computeProbabilities(scratch: Scratch): void {
  scratch.scoreAll();
  const { output } = scratch;
  let largest = Number.NEGATIVE_INFINITY;
  // Written so that NaN gets through: a weight that overflowed must not pass unseen.
  for (let label = 0; label < output.length; label++)
    if (!(output[label]! <= largest)) largest = output[label]!;
  let sum = 0;
  for (let label = 0; label < output.length; label++) {
    output[label] = Math.exp(Math.fround(output[label]! - largest));
    sum = Math.fround(sum + output[label]!);
  }
  for (let label = 0; label < output.length; label++) output[label]! /= sum;
}

/** Each label has a probability of its own: what `ova` and `ns` predict with. */
function predictEach(scratch: Scratch, k: number, threshold: number): ScoredLabel[] {
  scratch.scoreAll();
  const { output } = scratch;
  for (let label = 0; label < output.length; label++) output[label] = sigmoid(output[label]!);
  return bestOf(output, k, threshold);
}

/** A classifier of its own for each label, one against all others. */
export class OneVersusAllLoss implements Loss {
  readonly learnsAllLabels = true;

  forward(labels: readonly number[], _target: number, scratch: Scratch, learningRate: number): number {
    scratch.scoreAll();
    const { output, steps } = scratch;
    let loss = 0;
    for (let label = 0; label < output.length; label++) {
      const applies = labels.includes(label);
      const probability = sigmoid(output[label]!);
      steps[label] = learningRate * Math.fround((applies ? 1 : 0) - probability);
      loss += lossOf(applies ? probability : 1 - probability);
    }
    scratch.learnAll();
    return loss;
  }

  predict = predictEach;
}

/** Places of fastText's table of negatives. */
const TABLE_SIZE = 10_000_000;

/** The label against a few others, drawn by the square root of their counts (Mikolov et al. 2013). */
export class NegativeSamplingLoss implements Loss {
  readonly learnsAllLabels = false;
  readonly #negatives: number;
  /** Where in fastText's table of negatives each label's places end: the table itself is not needed. */
  readonly #ends: Float64Array;

  /**
   * @param negatives other labels that each label is trained against
   * @param counts how often each label occurs
   */
  constructor(negatives: number, counts: readonly number[]) {
    this.#negatives = negatives;
    let sum = 0;
    for (const count of counts) sum = Math.fround(sum + Math.sqrt(count));
    let end = 0;
    this.#ends = Float64Array.from(counts, (count) => {
      const root = Math.fround(Math.sqrt(count));
      end += Math.ceil(Math.fround(Math.fround(root * TABLE_SIZE) / sum));
      return end;
    });
  }

  forward(
    _labels: readonly number[],
    target: number,
    scratch: Scratch,
    learningRate: number,
    random: MinStdRand,
  ): number {
    let loss = learnBinary(scratch, target, true, learningRate);
    for (let draw = 0; draw < this.#negatives; draw++)
      loss += learnBinary(scratch, this.#drawOther(target, random), false, learningRate);
    return loss;
  }

  predict = predictEach;

  #drawOther(target: number, random: MinStdRand): number {
    for (;;) {
      const place = random.int(this.#ends.at(-1)!);
      let [low, high] = [0, this.#ends.length - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (place < this.#ends[middle]!) high = middle;
        else low = middle + 1;
      }
      if (low !== target) return low;
    }
  }
}
