/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, 2019), to the letter of PyTorch's `torch.optim.AdamW`.
 * Weight decay applies to every weight, as there.
 */
import type { Operations, Variable } from '../../tensorflow/operations.ts';
import type { Tensor } from '../../tensorflow/tensors.ts';
import type { ModelWeights } from '../checkpoint/model-weights.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export type Moment = 'first' | 'second';

interface Step {
  /** From 1. */
  number: number;
  /** Parts of the batch, each of which gives a gradient of every weight. */
  parts: number;
  learningRate: number;
  weightDecay: number;
  /** Gradients are scaled down to this norm over all weights together; `null` leaves them as they are. */
  maxGradNorm: number | null;
}

export class AdamW {
  /** Whether this step has changed a weight. */
  hasUpdated = false;
  readonly moments: ReadonlyMap<string, Record<Moment, Variable>>;
  readonly #ops: Operations;
  readonly #weights: ModelWeights;
  /** Gradients that wait: for those of the other parts, or for the norm of all. */
  readonly #waiting = new Map<string, { sum: Variable; parts: number }>();
  #step: Step | undefined;

  constructor(ops: Operations, weights: ModelWeights) {
    this.#ops = ops;
    this.#weights = weights;
    const zeros = (name: string) => ops.createVariable(ops.zerosLike(weights.value(name)));
    this.moments = new Map(weights.names.map((name) => [name, { first: zeros(name), second: zeros(name) }]));
  }

  /** Begins a step, or begins it anew after it failed. */
  begin(step: Step): void {
    this.#forget();
    this.#step = step;
    this.hasUpdated = false;
  }

  /**
   * Takes a weight's gradient, once for each part of the batch. With the last part the weight is updated at once, so
   * that the gradients of a model are never in memory together, unless their norm is limited.
   */
  take(name: string, gradient: Tensor): void {
    const { parts, maxGradNorm } = this.#step!;
    if (parts === 1 && maxGradNorm === null) {
      this.#update(name, gradient);
      return;
    }
    const waiting = this.#waiting.get(name);
    if (waiting) {
      this.#ops.addTo(waiting.sum, gradient);
      waiting.parts++;
    } else this.#waiting.set(name, { sum: this.#ops.createVariable(gradient), parts: 1 });
    if (maxGradNorm === null && this.#waiting.get(name)!.parts === parts) this.#updateWaiting(name, 1);
  }

  /** Ends the step: updates the weights that waited for the norm. */
  finish(): void {
    const { maxGradNorm } = this.#step!;
    if (maxGradNorm === null) return;
    let squares = 0;
    for (const { sum } of this.#waiting.values()) squares += this.#squares(sum);
    const factor = Math.min(1, maxGradNorm / (Math.sqrt(squares) + 1e-6));
    for (const name of [...this.#waiting.keys()]) this.#updateWaiting(name, factor);
  }

  dispose(): void {
    this.#forget();
    for (const moments of this.moments.values())
      for (const moment of Object.values(moments)) this.#ops.destroy(moment);
  }

  #forget(): void {
    for (const { sum } of this.#waiting.values()) this.#ops.destroy(sum);
    this.#waiting.clear();
  }

  #squares(gradient: Variable): number {
    const ops = this.#ops;
    return 2 * ops.tidy(() => ops.read(ops.halfSquares(ops.readVariable(gradient)))[0]!);
  }

  #updateWaiting(name: string, factor: number): void {
    const ops = this.#ops;
    const { sum } = this.#waiting.get(name)!;
    this.#waiting.delete(name);
    ops.tidy(() => {
      const gradient = ops.readVariable(sum);
      ops.destroy(sum);
      this.#update(name, ops.scale(gradient, factor));
    });
  }

  #update(name: string, gradient: Tensor): void {
    const ops = this.#ops;
    const { number, learningRate, weightDecay } = this.#step!;
    this.hasUpdated = true;
    if (learningRate * weightDecay > 0)
      ops.tidy(() => {
        const decayed = ops.scale(this.#weights.value(name), 1 - learningRate * weightDecay);
        this.#weights.change(name, (weight) => ops.assign(weight, decayed));
      });
    // TensorFlow adds epsilon before it corrects the second moment, PyTorch afterwards: hence the factor.
    const correction = Math.sqrt(1 - BETA2 ** number);
    const scalars = {
      learningRate: (learningRate * correction) / (1 - BETA1 ** number),
      beta1: BETA1,
      beta2: BETA2,
      epsilon: EPSILON * correction,
    };
    const { first, second } = this.moments.get(name)!;
    this.#weights.change(name, (weight) => ops.applyAdam([weight, first, second], scalars, gradient));
  }
}
