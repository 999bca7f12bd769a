import type { T5Model } from '../checkpoint.ts';
import type { T5Config } from '../config.ts';
import type { Engine } from '../engine.ts';
import { DecodingWeights } from './decoding-weights.ts';
import { type GenerateOptions, type Generation, generate } from './generate.ts';
import { Kernels, type Value } from './kernels.ts';
import type { Layers } from './layers.ts';

/** A T5 that can only generate: its weights lie as decoding wants them. */
export class Generator {
  readonly #layers: Layers;

  /**
   * @param source gives a weight by its name, matrices as `[out, in]`; see `DecodingWeights`
   */
  constructor(
    tf: Engine,
    config: T5Config,
    source: (kernels: Kernels, name: string) => Value,
    tied: boolean,
  ) {
    const kernels = new Kernels(tf);
    const weights = new DecodingWeights(kernels, config, (name) => source(kernels, name), tied);
    this.#layers = { kernels, config, weights };
  }

  /** A generator with copies of a model's weights. */
  static of({ tf, config, weights }: T5Model): Generator {
    return new Generator(tf, config, (kernels, name) => kernels.borrow(weights[name]!), !weights.head);
  }

  get config(): T5Config {
    return this.#layers.config;
  }

  /**
   * Decodes one batch: beam search, or with one beam greedy search or sampling. Without sampling it gives the ids that
   * transformers' `generate` gives.
   * @throws the signal's reason
   */
  generate(options: Omit<GenerateOptions, 'layers'>): Promise<Generation[]> {
    return generate({ ...options, layers: this.#layers });
  }

  /** Gives the memory of the weights back. */
  dispose(): void {
    this.#layers.weights.dispose();
    this.#layers.kernels.dispose();
  }
}
