import { collectGarbage } from '../../tensorflow/engine.ts';
import type { Operations, Prepacked } from '../../tensorflow/operations.ts';
import { BFLOAT16, FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import type { T5Config } from '../checkpoint/config.ts';
import { alignedBytes } from '../checkpoint/safetensors.ts';
import type { WeightSpec } from '../checkpoint/weights.ts';

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
 * a few rows 1.6 times as fast as `[out, in]`, and those that share their input side by side. There is one copy of each,
 * which threads share.
 */
export class DecodingWeights {
  /** For other threads to adopt. */
  readonly shared: readonly SharedWeight[];
  readonly #ops: Operations;
  readonly #rows: number;
  readonly #byName = new Map<string, Tensor>();
  readonly #prepacked = new Map<string, Prepacked>();

  /**
   * @param shared is these weights' memory as long as they are used
   * @param rows of a usual batch
   */
  constructor(ops: Operations, shared: readonly SharedWeight[], rows: number) {
    this.#ops = ops;
    this.#rows = rows;
    this.shared = shared;
    for (const { name, shape, dtype, bytes } of shared)
      this.#byName.set(name, ops.fromBytes(bytes, shape, dtype));
    if (this.get('head').dtype !== BFLOAT16 || !ops.canPrepack) return;
    for (const [name, matrix] of this.#byName)
      if (PREPACKED.test(name)) this.#prepacked.set(name, ops.prepack(matrix));
  }

  get(name: string): Tensor {
    return this.#byName.get(name)!;
  }

  /** The weight of a norm, unless the matrix after it has taken it in. */
  norm(name: string): Tensor | undefined {
    return this.#byName.get(`${name}.norm`);
  }

  /**
   * Whether the decoder's products of so many rows are to be those of prepacked matrices: for other numbers than those
   * of a usual batch oneDNN may want another layout, and would make it at each product.
   */
  arePrepackedFor(rows: number): boolean {
    return this.#prepacked.size > 0 && rows % this.#rows === 0;
  }

  /** A matrix of the decoder's steps, prepacked where `arePrepackedFor` says so. */
  prepacked(name: string): Prepacked | undefined {
    return this.#prepacked.get(name);
  }

  /** Embeddings of ids, `[ids, dModel]`. */
  embed(ids: Int32Array): Tensor {
    const ops = this.#ops;
    return ops.cast(ops.gather(this.get('embedding'), ops.ints([ids.length], ids)), FLOAT);
  }
}

/**
 * Lays weights out for decoding, in memory that threads share.
 * @param weightOf gives a matrix `[out, in]`, or a vector; what it gives is copied
 * @param dtype of the matrices; what is only added or multiplied by is of 32 bits
 */
export function layOut(
  ops: Operations,
  config: T5Config,
  specs: readonly WeightSpec[],
  weightOf: (spec: WeightSpec) => Tensor,
  dtype: number,
): SharedWeight[] {
  const isReduced = dtype === BFLOAT16;
  const memory = new SharedMemory();
  const weights: SharedWeight[] = [];
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const take = (name: string) => weightOf(byName.get(name)!);
  const add = (name: string, make: () => Tensor) =>
    ops.tidy(() => {
      const made = make();
      const { shape, dtype } = made;
      weights.push({ name, shape, dtype, bytes: memory.copy(ops.readBytes(made)) });
    });
  const copy = (name: string) => add(name, () => take(name));
  const matrix = (name: string, parts: string[], norm?: string) =>
    add(name, () => {
      const taken = ops.concat(parts.map(take), 0);
      return ops.transpose(ops.cast(norm ? ops.mul(taken, take(norm)) : taken, dtype), [1, 0]);
    });
  /** A residual block: what goes in comes from a norm, whose weight a matrix that is rounded anyway takes in. */
  const block = (name: string, projection: string, ...parts: string[]) => {
    const norm = `${name}.norm`;
    if (!isReduced) copy(norm);
    const names = parts.map((part) => `${name}.${part}`);
    matrix(`${name}.${projection}`, names, isReduced ? norm : undefined);
    matrix(`${name}.out`, [`${name}.out`]);
  };
  for (const stack of ['encoder', 'decoder'] as const) {
    copy(`${stack}.positions`);
    copy(`${stack}.norm`);
    for (let layer = 0; layer < config[`${stack}Layers`]; layer++) {
      block(`${stack}.${layer}.self`, 'queryKeyValue', 'query', 'key', 'value');
      if (stack === 'decoder') {
        const cross = `${stack}.${layer}.cross`;
        block(cross, 'query', 'query');
        matrix(`${cross}.keyValue`, [`${cross}.key`, `${cross}.value`]);
      }
      block(`${stack}.${layer}.feed`, 'in', ...(config.feedForward === 'relu' ? [] : ['gate']), 'in');
    }
  }
  const hasHead = byName.has('head');
  matrix('head', [hasHead ? 'head' : 'embedding']);
  if (hasHead) copy('embedding');
  else add('embedding', () => ops.cast(take('embedding'), dtype));
  return weights;
}

/** Only large blocks of memory begin where TensorFlow takes them over as they are. */
const BLOCK_BYTES = 64 << 20;
/** What TensorFlow wants addresses to be multiples of. */
const ALIGNMENT = 64;

/** Memory that threads share. It is allocated when it is first written to, and never freed in parts. */
class SharedMemory {
  #block: Uint8Array = alignedBytes(0, SharedArrayBuffer);
  /** Copies that wait for the garbage collector, which does not feel their size. */
  #garbageBytes = 0;

  /** A copy, at an address as TensorFlow wants it. The original is expected to be dropped. */
  copy(bytes: Uint8Array): Uint8Array {
    if (this.#block.length < bytes.length)
      this.#block = alignedBytes(Math.max(BLOCK_BYTES, bytes.length), SharedArrayBuffer);
    const copy = this.#block.subarray(0, bytes.length);
    copy.set(bytes);
    this.#block = this.#block.subarray(Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT);
    this.#garbageBytes += bytes.length;
    if (this.#garbageBytes > BLOCK_BYTES) {
      collectGarbage();
      this.#garbageBytes = 0;
    }
    return copy;
  }
}
