import type { T5Config } from '../config.ts';
import { BFLOAT16, FLOAT, type Kernels, type Prepacked, type Value } from './kernels.ts';
import type { SharedMemory } from './shared-memory.ts';

/** Where weights come from, by the names that `weightSpecs` gives them. */
export interface WeightSource {
  /** Whether the output layer has weights of its own. */
  hasHead: boolean;
  /** Matrices `[out, in]` one below the other, or one weight. It is copied before the next is taken. */
  take(names: readonly string[]): Value;
}

/** A weight in memory that threads share. */
export interface SharedWeight {
  name: string;
  shape: readonly number[];
  dtype: number;
  bytes: Uint8Array;
}

/** Matrices that every step of decoding multiplies by. */
const PREPACKED = /^(decoder\..*\.(queryKeyValue|query|in|out)|head)$/;

/**
 * The weights of a model in the layout in which decoding is quickest: matrices `[in, out]`, which makes the products of
 * a few rows 1.6 times as fast as `[out, in]`, and those that share their input side by side. There is one copy of each.
 */
export class DecodingWeights {
  /** Of a usual batch. */
  readonly rows: number;
  readonly #kernels: Kernels;
  readonly #byName = new Map<string, Value>();
  readonly #prepacked = new Map<string, Prepacked>();
  readonly #memory: SharedMemory | undefined;
  /** Of weights in shared memory. */
  readonly #bytes = new Map<string, Uint8Array>();

  private constructor(kernels: Kernels, rows: number, memory?: SharedMemory) {
    this.rows = rows;
    this.#kernels = kernels;
    this.#memory = memory;
  }

  /**
   * @param making.dtype of the matrices; what is only added or multiplied by is of 32 bits
   * @param making.rows of a usual batch
   * @param making.memory where the weights are to lie, should other threads use them too
   */
  static make(
    kernels: Kernels,
    config: T5Config,
    source: WeightSource,
    { dtype, rows, memory }: { dtype: number; rows: number; memory?: SharedMemory | undefined },
  ): DecodingWeights {
    const weights = new DecodingWeights(kernels, rows, memory);
    weights.#fill(config, source, dtype);
    weights.#prepackAll(dtype);
    return weights;
  }

  /** The weights that another thread shares. They are its memory, and that of `shared` as long as these are used. */
  static adopt(kernels: Kernels, shared: readonly SharedWeight[], rows: number): DecodingWeights {
    const weights = new DecodingWeights(kernels, rows);
    for (const { name, shape, dtype, bytes } of shared)
      weights.#set(name, () => kernels.fromBytes(bytes, shape, dtype));
    weights.#prepackAll(weights.get('head').dtype);
    return weights;
  }

  /** For other threads to adopt. @throws {TypeError} unless the weights lie in shared memory */
  share(): SharedWeight[] {
    if (!this.#memory) throw new TypeError('these weights are not in shared memory');
    return Array.from(this.#byName, ([name, { shape, dtype }]) => ({
      name,
      shape,
      dtype,
      bytes: this.#bytes.get(name)!,
    }));
  }

  #fill(config: T5Config, source: WeightSource, dtype: number): void {
    const kernels = this.#kernels;
    const isReduced = dtype === BFLOAT16;
    const copy = (name: string) => this.#set(name, () => kernels.add(source.take([name]), kernels.scalar(0)));
    const matrix = (name: string, parts: string[], norm?: Value) =>
      this.#set(name, () => {
        const taken = source.take(parts);
        const scaled = norm ? kernels.multiply(taken, norm) : taken;
        return kernels.transpose(kernels.cast(scaled, dtype), [1, 0]);
      });
    /** A residual block: what goes in comes from a norm, whose weight a matrix that is rounded anyway takes in. */
    const block = (name: string, projection: string, ...parts: string[]) => {
      const norm = `${name}.norm`;
      copy(norm);
      matrix(
        `${name}.${projection}`,
        parts.map((part) => `${name}.${part}`),
        isReduced ? this.get(norm) : undefined,
      );
      if (isReduced) this.#drop(norm);
      matrix(`${name}.out`, [`${name}.out`]);
    };
    for (const stack of ['encoder', 'decoder'] as const) {
      copy(`${stack}.positions`);
      copy(`${stack}.norm`);
      const layers = stack === 'encoder' ? config.encoderLayers : config.decoderLayers;
      for (let layer = 0; layer < layers; layer++) {
        block(`${stack}.${layer}.self`, 'queryKeyValue', 'query', 'key', 'value');
        if (stack === 'decoder') {
          const cross = `${stack}.${layer}.cross`;
          block(cross, 'query', 'query');
          matrix(`${cross}.keyValue`, [`${cross}.key`, `${cross}.value`]);
        }
        block(`${stack}.${layer}.feed`, 'in', ...(config.feedForward === 'relu' ? [] : ['gate']), 'in');
      }
    }
    matrix('head', [source.hasHead ? 'head' : 'embedding']);
    if (source.hasHead) copy('embedding');
    else if (isReduced) this.#set('embedding', () => kernels.cast(source.take(['embedding']), dtype));
  }

  get(name: string): Value {
    return this.#byName.get(name)!;
  }

  /** The weight of a norm, unless the matrix after it has taken it in. */
  norm(name: string): Value | undefined {
    return this.#byName.get(`${name}.norm`);
  }

  /**
   * Whether the decoder's products of so many rows are to be those of prepacked matrices: for other numbers than those
   * of a usual batch oneDNN may want another layout, and would make it at each product.
   */
  arePrepackedFor(rows: number): boolean {
    return this.#prepacked.size > 0 && rows % this.rows === 0;
  }

  /** A matrix of the decoder's steps, prepacked where `arePrepackedFor` says so. */
  prepacked(name: string): Prepacked | undefined {
    return this.#prepacked.get(name);
  }

  /**
   * Embeddings of ids. In 32 bits a tied model has them only as columns of its output layer, because a second copy would
   * be a ninth of t5-base; in bfloat16 it is half as large, and picking 64 columns takes as long as a product.
   * @param ids `[ids]`
   * @returns `[ids, dModel]`
   */
  embed(ids: Value): Value {
    const kernels = this.#kernels;
    const embedding = this.#byName.get('embedding');
    if (embedding) return kernels.cast(kernels.gather(embedding, ids, 0), FLOAT);
    return kernels.cast(kernels.transpose(kernels.gather(this.get('head'), ids, 1), [1, 0]), FLOAT);
  }

  dispose(): void {
    this.#kernels.release(this.#byName.values());
    this.#byName.clear();
    this.#dropPrepacked();
  }

  #drop(name: string): void {
    this.#kernels.release([this.get(name)]);
    this.#byName.delete(name);
  }

  #prepackAll(dtype: number): void {
    if (dtype !== BFLOAT16 || !this.#kernels.canPrepack) return;
    for (const [name, matrix] of this.#byName) {
      if (!PREPACKED.test(name)) continue;
      const prepacked = this.#kernels.prepack(matrix);
      this.#kernels.keep(prepacked.filter);
      this.#prepacked.set(name, prepacked);
    }
  }

  #dropPrepacked(): void {
    this.#kernels.release(Array.from(this.#prepacked.values(), ({ filter }) => filter));
    this.#prepacked.clear();
  }

  #set(name: string, make: () => Value): void {
    const kernels = this.#kernels;
    const value = kernels.scope(() => {
      const made = make();
      if (!this.#memory) return made;
      const bytes = this.#memory.copy(kernels.readBytes(made));
      this.#bytes.set(name, bytes);
      return kernels.fromBytes(bytes, made.shape, made.dtype);
    });
    this.#byName.set(name, kernels.keep(value));
  }
}
