/**
 * The examples of one step as rows of tokens, one example after the other without padding: all that treats tokens one
 * by one (linear layers, norms, head) computes on real tokens only. Attention alone needs the examples side by side:
 * it gathers `[batch, heads, length]` from the rows, and rows from that.
 */
import type { T5Config } from '../config.ts';
import type { Example } from '../objectives/example.ts';
import type { Kernels, Value } from './kernels.ts';

/** Where the tokens of a stack stand among its rows. */
export interface Rows {
  /** Tokens of all examples. */
  count: number;
  /** Length of the longest example. */
  longest: number;
  /** `[batch, heads, longest]`: row times heads plus head. Padding is given the last row of its example. */
  toHeads: Value;
  /** `[count, heads]`: the place of a row's head in `[batch, heads, longest]`. */
  toRows: Value;
  /** `[batch, 1, longest, 1]`: 1 for tokens, 0 for padding; undefined where all examples are equally long. */
  real: Value | undefined;
  /** `[batch, 1, 1, longest]`: 0 for tokens, very negative for padding; undefined as `real`. */
  hidden: Value | undefined;
}

export interface PackedBatch {
  examples: number;
  source: Rows;
  target: Rows;
  /** By row, ids that the encoder and the decoder read, and those that the decoder shall say. */
  sourceIds: Int32Array;
  targetIds: Int32Array;
  labels: Int32Array;
}

/** Large enough to vanish in a softmax, small enough to add up without overflowing. */
export const MASKED = -1e9;

/** Lays out examples. Inputs and targets have a token at least: they end with `</s>`. */
export function packBatch(kernels: Kernels, examples: readonly Example[], config: T5Config): PackedBatch {
  const labels = examples.map(({ target }) => target);
  const shifted = labels.map((target) => [config.decoderStartId, ...target.slice(0, -1)]);
  const inputs = examples.map(({ input }) => input);
  return {
    examples: examples.length,
    source: packRows(kernels, inputs, config.heads),
    target: packRows(kernels, labels, config.heads),
    sourceIds: Int32Array.from(inputs.flat()),
    targetIds: Int32Array.from(shifted.flat()),
    labels: Int32Array.from(labels.flat()),
  };
}

function packRows(kernels: Kernels, sequences: readonly ArrayLike<number>[], heads: number): Rows {
  const batch = sequences.length;
  const count = sequences.reduce((sum, { length }) => sum + length, 0);
  const longest = Math.max(...sequences.map(({ length }) => length));
  const toHeads = new Int32Array(batch * heads * longest);
  const toRows = new Int32Array(count * heads);
  const real = new Float32Array(batch * longest);
  const hidden = new Float32Array(batch * longest).fill(MASKED);
  let first = 0;
  sequences.forEach(({ length }, example) => {
    real.fill(1, example * longest, example * longest + length);
    hidden.fill(0, example * longest, example * longest + length);
    for (let head = 0; head < heads; head++)
      for (let position = 0; position < longest; position++) {
        const place = (example * heads + head) * longest + position;
        const row = first + Math.min(position, length - 1);
        toHeads[place] = row * heads + head;
        if (position < length) toRows[row * heads + head] = place;
      }
    first += length;
  });
  const isPadded = count < batch * longest;
  return {
    count,
    longest,
    toHeads: kernels.ints([batch, heads, longest], toHeads),
    toRows: kernels.ints([count, heads], toRows),
    real: isPadded ? kernels.floats([batch, 1, longest, 1], real) : undefined,
    hidden: isPadded ? kernels.floats([batch, 1, 1, longest], hidden) : undefined,
  };
}
