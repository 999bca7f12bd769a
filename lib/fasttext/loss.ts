import { dotRow, type Matrix } from './matrix.ts';
import type { ModelState } from './model.ts';

/** How the output layer turns a hidden vector into probabilities and learns from a target. */
export interface Loss {
  /** Fills `state.output` with the probability of every label, from `state.hidden`. */
  computeOutput(state: ModelState): void;
  /**
   * One step on one example: moves the output weights and adds the hidden vector's gradient, times the learning rate,
   * to `state.gradient`. Returns the loss before the step; NaN once the weights have overflowed.
   */
  forward(target: number, state: ModelState, learningRate: number): number;
}

/** The softmax over all labels, with fastText's order of operations and roundings. */
export class SoftmaxLoss implements Loss {
  readonly #weights: Matrix;

  /** @param weights one row per label */
  constructor(weights: Matrix) {
    this.#weights = weights;
  }

  computeOutput(state: ModelState): void {
    const { output, hidden } = state;
    let largest = Number.NEGATIVE_INFINITY;
    for (let label = 0; label < output.length; label++) {
      const score = dotRow(this.#weights, label, hidden);
      output[label] = score;
      // Written so that NaN gets through: a weight that overflowed must not pass unseen.
      if (!(score <= largest)) largest = score;
    }
    let sum = 0;
    for (let label = 0; label < output.length; label++) {
      output[label] = Math.exp(Math.fround(output[label]! - largest));
      sum = Math.fround(sum + output[label]!);
    }
    for (let label = 0; label < output.length; label++) output[label]! /= sum;
  }

  forward(target: number, state: ModelState, learningRate: number): number {
    this.computeOutput(state);
    const { output, hidden, gradient } = state;
    const { columns, data } = this.#weights;
    for (let label = 0; label < output.length; label++) {
      const error = Math.fround((label === target ? 1 : 0) - output[label]!);
      const step = Math.fround(learningRate * error);
      const start = label * columns;
      for (let column = 0; column < columns; column++) {
        gradient[column]! += Math.fround(step * data[start + column]!);
        data[start + column]! += Math.fround(step * hidden[column]!);
      }
    }
    return -Math.log(output[target]! + 1e-5);
  }
}
