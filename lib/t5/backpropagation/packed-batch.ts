/**
 * The examples of one step as rows of tokens, one example after the other without padding: all that treats tokens one
 * by one (linear layers, norms, head) computes on real tokens only. Attention alone needs the examples side by side:
 * it gathers `[batch, heads, length]` from the rows, and rows from that.
 */
import type { T5Config } from '../config.ts';
import type { Example } from '../objectives/example.ts';
import type { Kernels } from './kernels.ts';
import type { Value } from './native-memory.ts';

/** Where the tokens of a stack stand among its rows. */
export interface Rows {
  /** Tokens of all examples, rounded up: rows beyond the tokens take no part in anything. */
  count: number;
  /** Length of the longest example, rounded up. */
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
  /** By row, ids that the encoder and the decoder read. */
  sourceIds: Int32Array;
  targetIds: Int32Array;
  /** By token, what the decoder shall say. */
  labels: Int32Array;
}

/** Large enough to vanish in a softmax, small enough to add up without overflowing. */
export const MASKED = -1e9;

/** Lays out examples. Inputs and targets have a token at least: they end with `</s>`. */
export function packBatch(kernels: Kernels, examples: readonly Example[], config: T5Config): PackedBatch {
  const labels = examples.map(({ target }) => target);
  const shifted = labels.map((target) => [config.decoderStartId, ...target.slice(0, -1)]);
  const inputs = examples.map(({ input }) => input);
  const source = packRows(kernels, inputs, config.heads);
  const target = packRows(kernels, labels, config.heads);
  return {
    examples: examples.length,
    source,
    target,
    sourceIds: idsOf(inputs, source.count, config.padId),
    targetIds: idsOf(shifted, target.count, config.padId),
    labels: Int32Array.from(labels.flat()),
  };
}

function idsOf(sequences: readonly number[][], rows: number, padId: number): Int32Array {
  const ids = new Int32Array(rows).fill(padId);
  ids.set(sequences.flat());
  return ids;
}

/**
 * Up to the next of a few sizes, 3 % above at most from `least * parts` on. TensorFlow prepares a product for each
 * shape that it meets and keeps that: with as many shapes as steps its memory would grow and grow.
 */
function roundUp(size: number, parts: number, least: number): number {
  const step = Math.max(least, 2 ** Math.ceil(Math.log2(size / parts)));
  return Math.ceil(size / step) * step;
}

function packRows(kernels: Kernels, sequences: readonly ArrayLike<number>[], heads: number): Rows {
  const batch = sequences.length;
  const tokens = sequences.reduce((sum, { length }) => sum + length, 0);
  const longest = roundUp(Math.max(...sequences.map(({ length }) => length)), 16, 4);
  const isPadded = tokens < batch * longest;
  const count = isPadded ? roundUp(tokens, 32, 8) : tokens;
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
  // No gradient reaches padding, and so none the rows that are no tokens, which stand in such a place.
  const padded = Math.max(
    0,
    sequences.findIndex(({ length }) => length < longest),
  );
  for (let row = tokens; row < count; row++)
    for (let head = 0; head < heads; head++)
      toRows[row * heads + head] = (padded * heads + head + 1) * longest - 1;
  return {
    count,
    longest,
    toHeads: kernels.ints([batch, heads, longest], toHeads),
    toRows: kernels.ints([count, heads], toRows),
    real: isPadded ? kernels.floats([batch, 1, longest, 1], real) : undefined,
    hidden: isPadded ? kernels.floats([batch, 1, 1, longest], hidden) : undefined,
  };
}
