import { sumBy } from '../../arithmetic/sums.ts';
import type { GenerateSettings } from '../../settings/settings.ts';
import { loadEngine } from '../../tensorflow/engine.ts';
import { Operations } from '../../tensorflow/operations.ts';
import { BFLOAT16, FLOAT, sizeOf } from '../../tensorflow/tensors.ts';
import { readConfig, type T5Model } from '../checkpoint/checkpoint.ts';
import type { T5Config } from '../checkpoint/config.ts';
import { alignedFloats } from '../checkpoint/safetensors.ts';
import { WeightFiles } from '../checkpoint/weights.ts';
import { type Batch, type Draws, type Generation, generate } from './generate.ts';
import type { Layers } from './layers.ts';
import { DecodingWeights, layOut, type SharedWeight, type WeightSource } from './weights.ts';

/**
 * What matrix products compute with, and matrices are kept in. Sums, norms and softmaxes have 32 bits in either case.
 */
export type Precision = GenerateSettings['precision'];

export interface GeneratorOptions {
  /** Default `float32`. */
  precision?: Precision;
  /** Beams of all inputs of a usual batch (default 64): so many at a time, or a multiple, are decoded quickest. */
  rows?: number;
}

/** What another thread needs to generate with the same weights in the same memory. */
export interface SharedModel {
  config: T5Config;
  weights: readonly SharedWeight[];
  rows: number;
}

/** A T5 that can only generate: its weights lie as decoding wants them. */
export class Generator {
  /** For other threads. */
  readonly model: SharedModel;
  readonly #layers: Layers;

  private constructor(ops: Operations, model: SharedModel) {
    const { config, weights, rows } = model;
    this.model = model;
    this.#layers = { ops, config, weights: new DecodingWeights(ops, weights, rows) };
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
      const ops = new Operations(await loadEngine());
      return Generator.#make(ops, config, fileSource(ops, files), options);
    } finally {
      files.close();
    }
  }

  /** A generator with copies of a model's weights. */
  static of(model: T5Model, options: GeneratorOptions = {}): Generator {
    const { config, weights } = model;
    const ops = new Operations(model.ops.engine);
    const values = (names: readonly string[]) => names.map((name) => weights.value(name));
    const source = {
      hasHead: weights.has('head'),
      take: (names: readonly string[]) => ops.concat(values(names), 0),
    };
    return Generator.#make(ops, config, source, options);
  }

  /** The model of a generator in another thread. @throws {EngineUnavailable} */
  static async adopt(model: SharedModel): Promise<Generator> {
    return new Generator(new Operations(await loadEngine()), model);
  }

  static #make(
    ops: Operations,
    config: T5Config,
    source: WeightSource,
    { precision, rows = 64 }: GeneratorOptions,
  ): Generator {
    const dtype = precision === 'bfloat16' ? BFLOAT16 : FLOAT;
    return new Generator(ops, { config, weights: layOut(ops, config, source, dtype), rows });
  }

  get isOnGpu(): boolean {
    return this.#layers.ops.engine.isUsingGpuDevice;
  }

  generate(batch: Batch, signal?: AbortSignal, random?: Draws): Promise<Generation[]> {
    return generate(this.#layers, batch, signal, random);
  }

  /** Gives the memory of the weights back. */
  dispose(): void {
    this.#layers.ops.dispose();
  }
}

function fileSource(ops: Operations, files: WeightFiles): WeightSource {
  const shapes = new Map(files.specs.map(({ name, shape }) => [name, shape]));
  const count = (name: string) => sizeOf(shapes.get(name)!);
  // New memory for each weight costs five times as much as reading it.
  let scratch = alignedFloats(0);
  return {
    hasHead: shapes.has('head'),
    take: (names) => {
      const total = sumBy(names, (name) => count(name));
      if (scratch.length < total) scratch = alignedFloats(total);
      let offset = 0;
      for (const name of names) {
        files.read(name, scratch.subarray(offset, offset + count(name)));
        offset += count(name);
      }
      const [rows, ...rest] = shapes.get(names[0]!)!;
      return ops.floats([rows! * names.length, ...rest], scratch.subarray(0, total));
    },
  };
}
