/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, 2019), to the letter of PyTorch's `torch.optim.AdamW`.
 * Weight decay applies to every weight, as there.
 */
import type { Kernels, Resource } from './backpropagation/kernels.ts';
import type { Value } from './backpropagation/native-memory.ts';
import type { TrainedWeights } from './backpropagation/trained-weights.ts';

export interface AdamWSettings {
  learningRate: number;
  weightDecay: number;
  /** Gradients are scaled down to this norm over all weights together; `null` leaves them as they are. */
  maxGradNorm: number | null;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export type Moment = 'first' | 'second';

/** Of one step: its number, from 1, and how many parts of its batch each give a gradient of every weight. */
interface Step extends AdamWSettings {
  number: number;
  parts: number;
}

export class AdamW {
  readonly #kernels: Kernels;
  readonly #weights: TrainedWeights;
  readonly #moments: Map<string, Record<Moment, Resource>>;
  /** Gradients that wait: for those of the other parts, or for the norm of all. */
  readonly #waiting = new Map<string, { sum: Resource; parts: number }>();
  #step: Step | undefined;
  #hasUpdated = false;

  constructor(kernels: Kernels, weights: TrainedWeights) {
    this.#kernels = kernels;
    this.#weights = weights;
    const zeros = (name: string) => kernels.createResource(kernels.zerosLike(weights.value(name)));
    this.#moments = new Map(
      weights.names.map((name) => [name, { first: zeros(name), second: zeros(name) }] as const),
    );
  }

  /** Begins a step, or begins it anew after it failed. */
  begin(step: Step): void {
    this.#forget();
    this.#step = step;
    this.#hasUpdated = false;
  }

  /** Whether this step has changed a weight. */
  get hasUpdated(): boolean {
    return this.#hasUpdated;
  }

  /**
   * Takes a weight's gradient, once for each part of the batch. With the last part the weight is updated at once, so
   * that the gradients of a model are never in memory together, unless their norm is limited.
   */
  take(name: string, gradient: Value): void {
    const { parts, maxGradNorm } = this.#step!;
    if (parts === 1 && maxGradNorm === null) {
      this.#update(name, gradient);
      return;
    }
    const waiting = this.#waiting.get(name);
    if (waiting) {
      this.#kernels.addTo(waiting.sum, gradient);
      waiting.parts++;
    } else this.#waiting.set(name, { sum: this.#kernels.createResource(gradient), parts: 1 });
    if (maxGradNorm === null && this.#waiting.get(name)!.parts === parts) this.#updateWaiting(name, 1);
  }

  /** Ends the step: updates whatever waited for the norm. */
  finish(): void {
    const { maxGradNorm } = this.#step!;
    if (maxGradNorm === null) return;
    const norm = Math.sqrt(
      [...this.#waiting.values()].reduce((sum, { sum: gradient }) => sum + this.#squares(gradient), 0),
    );
    const factor = Math.min(1, maxGradNorm / (norm + 1e-6));
    for (const name of [...this.#waiting.keys()]) this.#updateWaiting(name, factor);
  }

  /** A copy of a moment's numbers. */
  read(name: string, moment: Moment): Float32Array {
    return this.#kernels.tidy(() =>
      this.#kernels.read(this.#kernels.readResource(this.#moments.get(name)![moment])),
    );
  }

  restore(name: string, moment: Moment, value: Value): void {
    this.#kernels.assign(this.#moments.get(name)![moment], value);
  }

  dispose(): void {
    this.#forget();
    for (const { first, second } of this.#moments.values()) {
      this.#kernels.destroy(first);
      this.#kernels.destroy(second);
    }
    this.#moments.clear();
  }

  #forget(): void {
    for (const { sum } of this.#waiting.values()) this.#kernels.destroy(sum);
    this.#waiting.clear();
  }

  #squares(gradient: Resource): number {
    const kernels = this.#kernels;
    return 2 * kernels.tidy(() => kernels.read(kernels.halfSquares(kernels.readResource(gradient)))[0]!);
  }

  #updateWaiting(name: string, factor: number): void {
    const kernels = this.#kernels;
    const { sum } = this.#waiting.get(name)!;
    this.#waiting.delete(name);
    kernels.tidy(() => {
      const gradient = kernels.readResource(sum);
      kernels.destroy(sum);
      this.#update(name, kernels.scale(gradient, factor));
    });
  }

  #update(name: string, gradient: Value): void {
    const kernels = this.#kernels;
    const { number, learningRate, weightDecay } = this.#step!;
    this.#hasUpdated = true;
    // TensorFlow adds epsilon before it corrects the second moment, PyTorch afterwards: hence the factor.
    const correction = Math.sqrt(1 - BETA2 ** number);
    const { first, second } = this.#moments.get(name)!;
    kernels.tidy(() => {
      if (learningRate * weightDecay > 0) this.#decay(name, 1 - learningRate * weightDecay);
      const scalars = {
        none: kernels.scalar(0),
        learningRate: kernels.scalar((learningRate * correction) / (1 - BETA1 ** number)),
        beta1: kernels.scalar(BETA1),
        beta2: kernels.scalar(BETA2),
        epsilon: kernels.scalar(EPSILON * correction),
      };
      this.#weights.change(name, (weight) => kernels.applyAdam([weight, first, second], scalars, gradient));
    });
  }

  #decay(name: string, factor: number): void {
    const kernels = this.#kernels;
    const decayed = kernels.scale(this.#weights.value(name), factor);
    this.#weights.change(name, (weight) => kernels.assign(weight, decayed));
  }
}
