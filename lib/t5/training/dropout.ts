/**
 * Which values dropout keeps.
 *
 * Random numbers cost more than all else in a dropout layer, and a step of t5-base takes 180 million of them. So a step
 * draws two supplies of 16 random bits a value, and each layer combines a stretch of the one with a stretch of the
 * other by exclusive or: uniform numbers, and those of two layers are independent unless both stretches happen to lie
 * equally far apart. Supplies and stretches follow from the seed and the step's number alone.
 */
import { createRandom, type Random } from '../../random/random.ts';
import type { Operations } from '../../tensorflow/operations.ts';
import { sizeOf, type Tensor } from '../../tensorflow/tensors.ts';
import type { Context } from '../model.ts';
import type { PackedBatch } from './batch.ts';

/** Stretches begin at multiples of 64 bytes, so that cutting them out copies nothing. */
const ALIGNMENT = 32;

export class DropoutMasks {
  readonly #ops: Operations;
  readonly #random: Random;
  readonly #threshold: number;
  readonly #largest: number;
  readonly #supplies: [Tensor, Tensor] | undefined;
  /** What kept values are multiplied by, so that the mean stays. */
  readonly scale: number;

  /**
   * @param rate share of the values that become 0
   * @param largest values of the largest layer
   * @param seed of the training, number of the step, and of the part of the step's batch
   */
  constructor(ops: Operations, rate: number, largest: number, seed: readonly [number, number, number]) {
    this.#ops = ops;
    this.#largest = Math.ceil(largest / ALIGNMENT) * ALIGNMENT;
    this.#threshold = Math.round(rate * 65_536);
    this.scale = 65_536 / (65_536 - this.#threshold);
    this.#random = createRandom(seed[0], 'dropout', seed.slice(1).join());
    if (this.#threshold > 0) this.#supplies = [this.#drawSupply(), this.#drawSupply()];
  }

  #drawSupply(): Tensor {
    const seed = [this.#random.int(2 ** 31 - 1), this.#random.int(2 ** 31 - 1)] as const;
    return this.#ops.randomBits(2 * this.#largest, seed);
  }

  /**
   * A mask for values of this shape, true for those that stay; bool, flat.
   * @returns undefined where nothing is dropped
   */
  next(shape: readonly number[]): Tensor | undefined {
    if (!this.#supplies) return undefined;
    const size = sizeOf(shape);
    const [first, second] = this.#supplies;
    return this.#ops.tidy(() =>
      this.#ops.atLeast(
        this.#ops.xor(this.#stretch(first, size), this.#stretch(second, size)),
        this.#threshold,
      ),
    );
  }

  #stretch(supply: Tensor, size: number): Tensor {
    const start = this.#random.int(this.#largest / ALIGNMENT + 1) * ALIGNMENT;
    return this.#ops.slice(supply, [start], [size]);
  }
}

/** Masks for the layers of one batch; their supplies belong to the scope that is open here. */
export function createMasks(
  { ops, config: { dModel, dFf, heads } }: Context,
  rate: number,
  { source, target }: PackedBatch,
  seed: readonly [number, number, number],
): DropoutMasks {
  const rows = Math.max(source.count, target.count);
  const longest = Math.max(source.longest, target.longest);
  const largest = Math.max(rows * Math.max(dModel, dFf), source.batch * heads * longest * longest);
  return new DropoutMasks(ops, rate, largest, seed);
}
