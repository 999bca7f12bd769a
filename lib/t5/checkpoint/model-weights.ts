import type { Operations, Variable } from '../../tensorflow/operations.ts';
import type { Tensor } from '../../tensorflow/tensors.ts';

/** A model's weights, by our names: variables, which the optimizer changes in place. Matrices are `[out, in]`. */
export class ModelWeights {
  readonly #ops: Operations;
  readonly #variables = new Map<string, Variable>();
  readonly #values = new Map<string, Tensor>();

  constructor(ops: Operations) {
    this.#ops = ops;
  }

  /** Adds a weight, which takes over the tensor's memory. */
  add(name: string, tensor: Tensor): void {
    this.#variables.set(name, this.#ops.createVariable(tensor));
  }

  get names(): string[] {
    return [...this.#variables.keys()];
  }

  has(name: string): boolean {
    return this.#variables.has(name);
  }

  /** The weight as it is; valid until it is changed. */
  value(name: string): Tensor {
    let value = this.#values.get(name);
    if (!value) {
      value = this.#ops.keep(this.#ops.readVariable(this.#variables.get(name)!));
      this.#values.set(name, value);
    }
    return value;
  }

  /** Lets `change` write to the weight, in place because nothing else refers to its memory. */
  change(name: string, change: (weight: Variable) => void): void {
    this.#ops.free(this.#values.get(name));
    this.#values.delete(name);
    change(this.#variables.get(name)!);
  }

  /** A copy of a weight's numbers. */
  read(name: string): Float32Array {
    return this.#ops.read(this.value(name));
  }

  dispose(): void {
    for (const variable of this.#variables.values()) this.#ops.destroy(variable);
    this.#variables.clear();
    this.#values.clear();
    this.#ops.dispose();
  }
}
