/**
 * What the forward pass of a T5 is made of (Raffel et al., 2020; `T5ForConditionalGeneration` in transformers), as far as
 * training and decoding share it.
 *
 * The sequences of a batch are packed: one row for each token, one sequence after the other without padding, so that all
 * that treats tokens one by one (linear layers, norms, output layer) computes on real tokens only. Attention alone needs
 * the sequences side by side: it gathers `[batch, heads, length]` from the rows, and rows from that.
 */
import { sumBy } from '../arithmetic/sums.ts';
import type { Operations } from '../tensorflow/operations.ts';
import { FLOAT, type Tensor } from '../tensorflow/tensors.ts';
import type { T5Config } from './checkpoint/config.ts';

export interface Context {
  ops: Operations;
  config: T5Config;
}

/** Large enough to vanish in a softmax, small enough to add up without overflowing. */
export const MASKED = -1e9;

/** Where the tokens of a batch stand among its rows. */
export interface Rows {
  /** Sequences. */
  batch: number;
  /** Tokens of all sequences, rounded up: rows beyond the tokens take no part in anything. */
  count: number;
  /** Length of the longest sequence, rounded up. */
  longest: number;
  /** `[batch, heads, longest]`: row times heads plus head. Padding is given the last row of its sequence. */
  toHeads: Tensor;
  /** `[count, heads]`: the place of a row's head in `[batch, heads, longest]`. */
  toRows: Tensor;
  /** `[batch, 1, longest, 1]`: 1 for tokens, 0 for padding; undefined where all sequences are equally long. */
  real: Tensor | undefined;
  /** `[batch, 1, 1, longest]`: 0 for tokens, very negative for padding; undefined as `real`. */
  hidden: Tensor | undefined;
}

/**
 * Lays out sequences of a token at least.
 * @param roundsUp whether there are to be few different sizes, see `roundUp`
 */
export function packRows(
  { ops, config }: Context,
  sequences: readonly ArrayLike<number>[],
  roundsUp: boolean,
): Rows {
  const { heads } = config;
  const rounded = roundsUp ? roundUp : (size: number) => size;
  const batch = sequences.length;
  const tokens = sumBy(sequences, ({ length }) => length);
  const longest = rounded(Math.max(...sequences.map(({ length }) => length)), 16, 4);
  const isPadded = tokens < batch * longest;
  const count = isPadded ? rounded(tokens, 32, 8) : tokens;
  const toHeads = new Int32Array(batch * heads * longest);
  const toRows = new Int32Array(count * heads);
  const real = new Float32Array(batch * longest);
  let first = 0;
  sequences.forEach(({ length }, sequence) => {
    real.fill(1, sequence * longest, sequence * longest + length);
    for (let head = 0; head < heads; head++)
      for (let position = 0; position < longest; position++) {
        const place = (sequence * heads + head) * longest + position;
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
    batch,
    count,
    longest,
    toHeads: ops.ints([batch, heads, longest], toHeads),
    toRows: ops.ints([count, heads], toRows),
    real: isPadded ? ops.floats([batch, 1, longest, 1], real) : undefined,
    hidden: isPadded
      ? ops.floats(
          [batch, 1, 1, longest],
          real.map((isReal) => (isReal ? 0 : MASKED)),
        )
      : undefined,
  };
}

/**
 * Up to the next of a few sizes, 3 % above at most from `least * parts` on. TensorFlow prepares a product for each
 * shape that it meets and keeps that: with as many shapes as steps its memory would grow and grow.
 */
function roundUp(size: number, parts: number, least: number): number {
  const step = Math.max(least, 2 ** Math.ceil(Math.log2(size / parts)));
  return Math.ceil(size / step) * step;
}

/** The ids of sequences as rows. */
export function packIds({ count }: Rows, sequences: readonly ArrayLike<number>[], padId: number): Int32Array {
  const ids = new Int32Array(count).fill(padId);
  ids.set(sequences.flatMap((sequence) => Array.from(sequence)));
  return ids;
}

/** `[rows, heads * dKv]` -> `[batch, heads, length, dKv]` */
export function toHeads({ ops, config }: Context, x: Tensor, rows: Rows): Tensor {
  return ops.tidy(() => ops.gather(ops.reshape(x, [rows.count * config.heads, config.dKv]), rows.toHeads));
}

/** `[batch, heads, length, dKv]` -> `[rows, heads * dKv]` */
export function toRows({ ops, config }: Context, x: Tensor, rows: Rows): Tensor {
  return ops.tidy(() => {
    const gathered = ops.gather(ops.reshape(x, [-1, config.dKv]), rows.toRows);
    return ops.reshape(gathered, [rows.count, config.heads * config.dKv]);
  });
}

/** RMS layer norm: no mean is subtracted and there is no bias (Zhang and Sennrich, 2019). */
export function rmsFactor({ ops, config }: Context, x: Tensor): Tensor {
  const variance = ops.mean(ops.square(x), x.shape.length - 1);
  return ops.rsqrt(ops.add(variance, ops.scalar(config.layerNormEpsilon))); // [rows, 1]
}

/**
 * What each query attends to. T5 does not divide by the root of dKv: its initial weights are smaller instead.
 * @param query `[batch, heads, query, dKv]`
 * @param key `[batch, heads, key, dKv]`
 * @param bias broadcast to the scores: positions, and what hides a key
 * @returns `[batch, heads, query, key]`, of 32 bits, each row adding up to 1
 */
export function attentionProbabilities(
  ops: Operations,
  query: Tensor,
  key: Tensor,
  bias: Tensor | undefined,
): Tensor {
  return softmaxOfScores(ops, ops.batchMatMul(query, key, false, true), bias);
}

/** The same from the products of queries and keys. */
export function softmaxOfScores(ops: Operations, scores: Tensor, bias: Tensor | undefined): Tensor {
  const exact = ops.cast(scores, FLOAT);
  return ops.softmax(bias ? ops.add(exact, bias) : exact);
}

/**
 * Bucket of a relative position (key minus query): half of the buckets for exact distances, the others growing
 * logarithmically up to the maximum distance. As `T5Attention._relative_position_bucket` in transformers.
 */
export function relativeBucket(
  position: number,
  bidirectional: boolean,
  { relativeBuckets, relativeMaxDistance }: T5Config,
): number {
  const buckets = bidirectional ? relativeBuckets >> 1 : relativeBuckets;
  const start = bidirectional && position > 0 ? buckets : 0;
  const distance = bidirectional ? Math.abs(position) : Math.max(0, -position);
  const exact = buckets >> 1;
  if (distance < exact) return start + distance;
  // In single precision, as the reference: the borders of the buckets fall on powers where the last bit decides.
  const { fround } = Math;
  const growth = fround(
    fround(Math.log(fround(distance / exact))) / fround(Math.log(relativeMaxDistance / exact)),
  );
  return start + Math.min(buckets - 1, exact + Math.trunc(fround(growth * (buckets - exact))));
}

/** Buckets of all pairs of positions, `[query, key]`. */
export function relativeBuckets(length: number, bidirectional: boolean, config: T5Config): Int32Array {
  return Int32Array.from({ length: length * length }, (_, place) =>
    relativeBucket((place % length) - Math.trunc(place / length), bidirectional, config),
  );
}

/**
 * Learned biases of relative positions, and what a token must not see: padding, and in the decoder what follows.
 * @param table `[buckets, heads]`
 * @param buckets of `relativeBuckets`
 * @returns `[batch or 1, heads, query, key]`
 */
export function positionBias(
  { ops, config }: Context,
  table: Tensor,
  buckets: Int32Array,
  { longest, hidden }: Rows,
  isCausal: boolean,
): Tensor {
  return ops.tidy(() => {
    const biases = ops.gather(table, ops.ints([longest, longest], buckets)); // [query, key, heads]
    const shaped = ops.reshape(ops.transpose(biases, [2, 0, 1]), [1, config.heads, longest, longest]);
    // Padding follows the tokens of a sequence: in the decoder it is hidden already.
    if (!isCausal) return hidden ? ops.add(shaped, hidden) : shaped;
    const later = Float32Array.from(buckets, (_, place) =>
      place % longest > Math.trunc(place / longest) ? MASKED : 0,
    );
    return ops.add(shaped, ops.floats([1, 1, longest, longest], later));
  });
}
