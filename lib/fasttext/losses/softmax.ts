import type { Scratch } from '../model-memory.ts';
import { bestOf, type Loss, lossOf, type ScoredLabel } from './loss.ts';

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
