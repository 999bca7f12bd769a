import type { T5Model } from '../checkpoint.ts';
import { collectGarbage } from '../collect-garbage.ts';
import type { Kernels, Resource } from './kernels.ts';
import type { Value } from './native-memory.ts';

/**
 * Whether a matrix is kept `[in, out]` during the training. TensorFlow multiplies with a transposed factor at four fifths
 * of its speed where many numbers add up (86 and 109 GFLOP/s at 1024 x 3072 x 768), as in this layer's forward product.
 */
export const isTurned = (name: string): boolean => name.endsWith('.feed.out');

/**
 * A model's weights while it is trained: resource variables that the optimizer changes in place. The model itself has
 * no weights until `giveBack`, so that no weight is in memory twice.
 */
export class TrainedWeights {
  readonly #kernels: Kernels;
  readonly #model: T5Model;
  readonly #resources = new Map<string, Resource>();
  readonly #values = new Map<string, Value>();

  constructor(kernels: Kernels, model: T5Model) {
    this.#kernels = kernels;
    this.#model = model;
    for (const [name, weight] of Object.entries(model.weights)) {
      const value = this.#turn(name, kernels.fromTensor(weight));
      weight.dispose();
      this.#resources.set(name, kernels.createResource(value));
    }
    collectGarbage();
  }

  get names(): string[] {
    return [...this.#resources.keys()];
  }

  has(name: string): boolean {
    return this.#resources.has(name);
  }

  /** The weight as it is; valid until it is changed. */
  value(name: string): Value {
    let value = this.#values.get(name);
    if (!value) {
      value = this.#kernels.keep(this.#kernels.readResource(this.#resources.get(name)!));
      this.#values.set(name, value);
    }
    return value;
  }

  /** Lets `change` write to the weight, in place because nobody else holds its memory. */
  change(name: string, change: (weight: Resource) => void): void {
    this.#kernels.free(this.#values.get(name));
    this.#values.delete(name);
    change(this.#resources.get(name)!);
  }

  /** Hands the weights back to the model. */
  giveBack(): void {
    const { tf, weights } = this.#model;
    for (const [name, resource] of this.#resources) {
      const tensor = this.#kernels.toTensor(this.#turn(name, this.value(name)));
      weights[name] = tf.variable(tensor, true, weights[name]!.name);
      tensor.dispose();
      this.#kernels.destroy(resource);
    }
    this.#values.clear();
    this.#resources.clear();
  }

  #turn(name: string, value: Value): Value {
    if (!isTurned(name)) return value;
    const turned = this.#kernels.transpose(value, [1, 0]);
    this.#kernels.free(value);
    return turned;
  }
}
