import type { Kernels } from './kernels.ts';
import type { Value } from './native-memory.ts';

/** The derivative by a value that several blocks use: the sum of theirs. */
export class GradientSum {
  readonly #kernels: Kernels;
  #sum: Value | undefined;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** Adds a gradient, which is owned from here on. */
  take(gradient: Value): void {
    const sum = this.#sum ? this.#kernels.add(this.#sum, gradient) : gradient;
    this.free();
    this.#sum = this.#kernels.keep(sum);
  }

  get value(): Value {
    return this.#sum!;
  }

  free(): void {
    this.#kernels.free(this.#sum);
    this.#sum = undefined;
  }
}
