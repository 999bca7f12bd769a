import type { Engine, Tensor, Variable } from './engine.ts';

export interface AdamWSettings {
  learningRate: number;
  weightDecay: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, 2019), to the letter of PyTorch's `torch.optim.AdamW`.
 * Weight decay applies to every weight, as there.
 */
export class AdamW {
  /** First and second moments, by the weight's name. */
  readonly moments: Map<string, { first: Tensor; second: Tensor }>;
  readonly #tf: Engine;
  readonly #weights: Record<string, Variable>;

  constructor(tf: Engine, weights: Record<string, Variable>) {
    this.#tf = tf;
    this.#weights = weights;
    this.moments = new Map(
      Object.entries(weights).map(([name, weight]) => [
        name,
        { first: tf.zerosLike(weight), second: tf.zerosLike(weight) },
      ]),
    );
  }

  /**
   * One update of all weights.
   * @param gradients by the weight's name
   * @param step number of this step, from 1
   */
  apply(
    gradients: ReadonlyMap<string, Tensor>,
    step: number,
    { learningRate, weightDecay }: AdamWSettings,
  ): void {
    const tf = this.#tf;
    const stepSize = learningRate / (1 - BETA1 ** step);
    const secondCorrection = Math.sqrt(1 - BETA2 ** step);
    for (const [name, gradient] of gradients) {
      const weight = this.#weights[name]!;
      const old = this.moments.get(name)!;
      const [first, second, updated] = tf.tidy(() => {
        const first = tf.add(tf.mul(old.first, BETA1), tf.mul(gradient, 1 - BETA1));
        const second = tf.add(tf.mul(old.second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
        const denominator = tf.add(tf.div(tf.sqrt(second), secondCorrection), EPSILON);
        const decayed = weightDecay === 0 ? weight : tf.mul(weight, 1 - learningRate * weightDecay);
        return [first, second, tf.sub(decayed, tf.mul(tf.div(first, denominator), stepSize))];
      }) as [Tensor, Tensor, Tensor];
      weight.assign(updated as never);
      updated.dispose();
      old.first.dispose();
      old.second.dispose();
      this.moments.set(name, { first: tf.keep(first), second: tf.keep(second) });
    }
  }

  dispose(): void {
    for (const { first, second } of this.moments.values()) {
      first.dispose();
      second.dispose();
    }
    this.moments.clear();
  }
}
