import type { GenerateSettings } from '../../settings/settings.ts';
import { readConfig, type T5Model } from '../checkpoint.ts';
import type { T5Config } from '../config.ts';
import { loadEngine } from '../engine.ts';
import { alignedFloats } from '../safetensors.ts';
import { WeightFiles } from '../weights.ts';
import { DecodingWeights, type SharedWeight, type WeightSource } from './decoding-weights.ts';
import { type GenerateOptions, type Generation, generate } from './generate.ts';
import { BFLOAT16, FLOAT, Kernels } from './kernels.ts';
import type { Layers } from './layers.ts';
import { SharedMemory } from './shared-memory.ts';

/**
 * What matrix products compute with, and matrices are kept in. Sums, norms and softmaxes have 32 bits in either case.
 */
export type Precision = GenerateSettings['precision'];

export interface GeneratorOptions {
  /** Default `float32`. */
  precision?: Precision;
  /** Beams of all inputs of a usual batch (default 64): so many at a time, or a multiple, are decoded quickest. */
  rows?: number;
  /** Whether other threads are to use the weights too. */
  isShared?: boolean;
}

/** What another thread needs to generate with the same weights in the same memory. */
export interface SharedModel {
  config: T5Config;
  weights: SharedWeight[];
  rows: number;
}

/** A T5 that can only generate: its weights lie as decoding wants them. */
export class Generator {
  readonly #layers: Layers;

  private constructor(layers: Layers) {
    this.#layers = layers;
  }

  /**
   * Loads a checkpoint folder: config.json and the weights as safetensors. They are in memory once, at the most the
   * largest of them twice.
   * @throws {InvalidInput} when a file is missing, or is not what it should be
   * @throws {EngineUnavailable}
   */
  static async load(folder: string, options: GeneratorOptions = {}): Promise<Generator> {
    const config = await readConfig(folder);
    const files = new WeightFiles(folder, config);
    try {
      const kernels = new Kernels(await loadEngine());
      return Generator.#make(kernels, config, fileSource(kernels, files), options);
    } finally {
      files.close();
    }
  }

  /** A generator with copies of a model's weights. */
  static of({ tf, config, weights }: T5Model, options: GeneratorOptions = {}): Generator {
    const kernels = new Kernels(tf);
    const borrowed = (names: readonly string[]) => names.map((name) => kernels.borrow(weights[name]!));
    const source = {
      hasHead: weights.head !== undefined,
      take: (names: readonly string[]) => kernels.concat(borrowed(names), 0),
    };
    return Generator.#make(kernels, config, source, options);
  }

  /** The model of a generator in another thread. @throws {EngineUnavailable} */
  static async adopt({ config, weights, rows }: SharedModel): Promise<Generator> {
    const kernels = new Kernels(await loadEngine());
    return new Generator({ kernels, config, weights: DecodingWeights.adopt(kernels, weights, rows) });
  }

  static #make(
    kernels: Kernels,
    config: T5Config,
    source: WeightSource,
    { precision, rows = 64, isShared }: GeneratorOptions,
  ): Generator {
    const dtype = precision === 'bfloat16' ? BFLOAT16 : FLOAT;
    const memory = isShared ? new SharedMemory() : undefined;
    const weights = DecodingWeights.make(kernels, config, source, { dtype, rows, memory });
    return new Generator({ kernels, config, weights });
  }

  get config(): T5Config {
    return this.#layers.config;
  }

  /** Whether a GPU computes. */
  get isOnGpu(): boolean {
    return this.#layers.kernels.isOnGpu;
  }

  /**
   * Decodes one batch: beam search, or with one beam greedy search or sampling. Without sampling it gives the ids that
   * transformers' `generate` gives.
   * @throws the signal's reason
   */
  generate(options: Omit<GenerateOptions, 'layers'>): Promise<Generation[]> {
    return generate({ ...options, layers: this.#layers });
  }

  /** For another thread to adopt. @throws {TypeError} unless the weights were to be shared */
  share(): SharedModel {
    const { weights } = this.#layers;
    return { config: this.config, weights: weights.share(), rows: weights.rows };
  }

  /** Gives the memory of the weights back. */
  dispose(): void {
    this.#layers.weights.dispose();
    this.#layers.kernels.dispose();
  }
}

function fileSource(kernels: Kernels, files: WeightFiles): WeightSource {
  const sizes = new Map(files.specs.map(({ name, shape }) => [name, shape]));
  const count = (name: string) => sizes.get(name)!.reduce((product, size) => product * size, 1);
  // New memory for each weight costs five times as much as reading it.
  let scratch = alignedFloats(0);
  return {
    hasHead: sizes.has('head'),
    take: (names) => {
      const total = names.reduce((sum, name) => sum + count(name), 0);
      if (scratch.length < total) scratch = alignedFloats(total);
      let offset = 0;
      for (const name of names) {
        files.read(name, scratch.subarray(offset, offset + count(name)));
        offset += count(name);
      }
      const [rows, ...rest] = sizes.get(names[0]!)!;
      return kernels.floats(scratch.subarray(0, total), [rows! * names.length, ...rest]);
    },
  };
}
