import type { Scratch } from '../model-memory.ts';
import type { MinStdRand } from '../random-engine.ts';
import { bestOf, type Loss, lossOf, type ScoredLabel, sigmoid } from './loss.ts';

/** One row of the output matrix learns whether it applies; returns the loss. */
export function learnBinary(scratch: Scratch, row: number, applies: boolean, learningRate: number): number {
  const probability = sigmoid(scratch.score(row));
  const error = Math.fround((applies ? 1 : 0) - probability);
  scratch.learn(row, Math.fround(learningRate * error));
  return lossOf(applies ? probability : 1 - probability);
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
