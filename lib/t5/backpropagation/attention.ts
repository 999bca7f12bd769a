import {
  type Block,
  drop,
  linear,
  linearInput,
  linearWeight,
  normalise,
  normaliseAgain,
  type Trace,
  throughNorm,
  toFactor,
} from './layers.ts';
import { FLOAT, type Value } from './native-memory.ts';
import type { Rows } from './packed-batch.ts';

/** What attention adds to the scores: positions, causality, padding. */
export interface Bias {
  /** Broadcast to `[batch, heads, query, key]`; undefined where there is nothing to add. */
  value: Value | undefined;
  /** Takes the derivative by it, `[batch, heads, query, key]`, which it owns. */
  take?: ((gradient: Value) => void) | undefined;
}

/** The encoder's output as the decoder's layers see it. */
export interface Source {
  /** `[rows, dModel]`, in the type of the matrix products. */
  value: Value;
  rows: Rows;
  /** Takes a part of the derivative by it, which it owns. */
  take(gradient: Value): void;
}

/** Norm and self-attention. */
export function selfAttention(trace: Trace, name: string, x: Value, rows: Rows, bias: Bias): Block {
  const { kernels } = trace;
  const { core, norm } = kernels.tidy(() => {
    const { out, ...norm } = normalise(trace, `${name}.norm`, x);
    const normed = toFactor(trace, out);
    return { core: attend(trace, name, { x: normed, rows }, { x: normed, rows }, bias), norm };
  });
  return {
    out: core.out,
    backward: (gradient) =>
      kernels.tidy(() => {
        const again = normaliseAgain(trace, `${name}.norm`, norm);
        const normed = toFactor(trace, again.out);
        const byHeads = attendBackward(trace, name, core, rows, rows, bias, gradient);
        const parts = [
          linearInput(trace, `${name}.query`, byHeads.query),
          linearInput(trace, `${name}.key`, byHeads.key),
          linearInput(trace, `${name}.value`, byHeads.value),
        ];
        linearWeight(trace, `${name}.query`, byHeads.query, normed);
        linearWeight(trace, `${name}.key`, byHeads.key, normed);
        linearWeight(trace, `${name}.value`, byHeads.value, normed);
        return throughNorm(trace, `${name}.norm`, norm, again.unscaled, parts);
      }),
  };
}

/** Norm, and attention to the encoder's output. */
export function crossAttention(
  trace: Trace,
  name: string,
  x: Value,
  rows: Rows,
  source: Source,
  bias: Bias,
): Block {
  const { kernels } = trace;
  const { core, norm } = kernels.tidy(() => {
    const { out, ...norm } = normalise(trace, `${name}.norm`, x);
    const queries = { x: toFactor(trace, out), rows };
    return { core: attend(trace, name, queries, { x: source.value, rows: source.rows }, bias), norm };
  });
  return {
    out: core.out,
    backward: (gradient) =>
      kernels.tidy(() => {
        const again = normaliseAgain(trace, `${name}.norm`, norm);
        const byHeads = attendBackward(trace, name, core, rows, source.rows, bias, gradient);
        const parts = [linearInput(trace, `${name}.query`, byHeads.query)];
        source.take(
          kernels.add(
            linearInput(trace, `${name}.key`, byHeads.key),
            linearInput(trace, `${name}.value`, byHeads.value),
          ),
        );
        linearWeight(trace, `${name}.query`, byHeads.query, toFactor(trace, again.out));
        linearWeight(trace, `${name}.key`, byHeads.key, source.value);
        linearWeight(trace, `${name}.value`, byHeads.value, source.value);
        return throughNorm(trace, `${name}.norm`, norm, again.unscaled, parts);
      }),
  };
}

/** What the derivative of an attention needs; all but `out`, the block's result. */
interface Attended {
  out: Value;
  /** `[batch, heads, length, dKv]` */
  query: Value;
  key: Value;
  value: Value;
  /** `[batch, heads, query, key]`, before dropout. */
  probabilities: Value;
  mask: Value | undefined;
  /** `[rows, heads * dKv]`, the input of the output layer. */
  mixed: Value;
}

interface Side {
  /** `[rows, dModel]` */
  x: Value;
  rows: Rows;
}

function attend(trace: Trace, name: string, queries: Side, sources: Side, bias: Bias): Attended {
  const { kernels, masks } = trace;
  return kernels.tidy(() => {
    const query = toHeads(trace, linear(trace, `${name}.query`, queries.x), queries.rows);
    const key = toHeads(trace, linear(trace, `${name}.key`, sources.x), sources.rows);
    const value = toHeads(trace, linear(trace, `${name}.value`, sources.x), sources.rows);
    const scores = kernels.cast(kernels.batchMatMul(query, key, false, true), FLOAT);
    const probabilities = kernels.softmax(bias.value ? kernels.add(scores, bias.value) : scores);
    const mask = masks.next(probabilities.shape);
    const kept = toFactor(trace, drop(trace, mask, probabilities));
    const mixed = toRows(trace, kernels.batchMatMul(kept, value), queries.rows);
    return {
      query,
      key,
      value,
      probabilities,
      mask,
      mixed,
      out: linear(trace, `${name}.out`, mixed),
    };
  });
}

/** Derivatives by the results of the linear layers of query, key and value; `[rows, heads * dKv]`. */
function attendBackward(
  trace: Trace,
  name: string,
  { query, key, value, probabilities, mask, mixed }: Attended,
  queryRows: Rows,
  sourceRows: Rows,
  bias: Bias,
  gradient: Value,
) {
  const { kernels } = trace;
  const results = kernels.tidy(() => {
    const byMixed = linearInput(trace, `${name}.out`, gradient); // [rows, heads * dKv]
    linearWeight(trace, `${name}.out`, gradient, mixed);
    const byHeads = onlyReal(trace, toHeads(trace, byMixed, queryRows), queryRows);
    const kept = toFactor(trace, drop(trace, mask, probabilities));
    const byValue = kernels.batchMatMul(kept, byHeads, true);
    kernels.free(kept === probabilities ? undefined : kept);
    const byKept = kernels.cast(kernels.batchMatMul(byHeads, value, false, true), FLOAT);
    const mean = onlyReal(trace, meanGradient(trace, byMixed, mixed, queryRows), queryRows);
    const byScores = kernels.mul(probabilities, kernels.sub(drop(trace, mask, byKept), mean));
    const factor = toFactor(trace, byScores);
    const byQuery = kernels.batchMatMul(factor, key);
    const byKey = kernels.batchMatMul(factor, query, true);
    bias.take?.(byScores);
    return {
      query: toRows(trace, byQuery, queryRows),
      key: toRows(trace, byKey, sourceRows),
      value: toRows(trace, byValue, sourceRows),
    };
  });
  kernels.free(query, key, value, probabilities, mask, mixed);
  return results;
}

/**
 * The derivative by the probabilities, weighted with them and summed, which the derivative of a softmax subtracts:
 * the same sum as that over the head's outputs, which are fewer.
 * @returns `[batch, heads, query, 1]`
 */
function meanGradient(trace: Trace, byMixed: Value, mixed: Value, rows: Rows): Value {
  const { kernels, config } = trace;
  return kernels.tidy(() => {
    const product = kernels.mul(kernels.cast(byMixed, FLOAT), kernels.cast(mixed, FLOAT));
    const sums = kernels.sum(kernels.reshape(product, [rows.count * config.heads, config.dKv]), 1);
    const byHeads = kernels.gather(sums, rows.toHeads);
    return kernels.reshape(byHeads, [...byHeads.shape, 1]);
  });
}

/** Zeros in the places of padding, where other tokens would otherwise learn from it. */
function onlyReal({ kernels }: Trace, x: Value, rows: Rows): Value {
  if (!rows.real) return x;
  return kernels.tidy(() => kernels.mul(x, kernels.cast(rows.real!, x.dtype)));
}

/** `[rows, heads * dKv]` -> `[batch, heads, length, dKv]` */
function toHeads({ kernels, config }: Trace, x: Value, rows: Rows): Value {
  return kernels.tidy(() =>
    kernels.gather(kernels.reshape(x, [rows.count * config.heads, config.dKv]), rows.toHeads),
  );
}

/** `[batch, heads, length, dKv]` -> `[rows, heads * dKv]` */
function toRows({ kernels, config }: Trace, x: Value, rows: Rows): Value {
  return kernels.tidy(() => {
    const gathered = kernels.gather(kernels.reshape(x, [-1, config.dKv]), rows.toRows);
    return kernels.reshape(gathered, [rows.count, config.heads * config.dKv]);
  });
}
