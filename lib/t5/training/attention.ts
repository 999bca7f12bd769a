import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import { attentionProbabilities, type Rows, toHeads, toRows } from '../model.ts';
import {
  type Block,
  drop,
  linear,
  linearInput,
  linearWeight,
  normalise,
  type Trace,
  toFactor,
} from './layers.ts';

/** What attention adds to the scores: positions, causality, padding. */
export interface Bias {
  /** Broadcast to `[batch, heads, query, key]`; undefined where there is nothing to add. */
  value: Tensor | undefined;
  /** Takes the derivative by it, `[batch, heads, query, key]`, which it owns. */
  take?: ((gradient: Tensor) => void) | undefined;
}

/** What keys and values are made of. */
export interface Source {
  /** `[rows, dModel]`, in the type of the matrix products. */
  value: Tensor;
  rows: Rows;
}

/** The encoder's output as the decoder's layers see it. */
export interface EncoderOutput extends Source {
  /** Takes a part of the derivative by it, which it owns. */
  take(gradient: Tensor): void;
}

/**
 * Norm and attention.
 * @param encoded what is attended to, if not to the input itself
 */
export function attention(
  trace: Trace,
  name: string,
  x: Tensor,
  rows: Rows,
  bias: Bias,
  encoded?: EncoderOutput,
): Block {
  const { ops } = trace;
  const { norm, kept } = ops.tidy(() => {
    const { out, ...norm } = normalise(trace, `${name}.norm`, x);
    const own = { value: toFactor(trace, out), rows };
    return { norm, kept: attend(trace, name, own, encoded ?? own, bias) };
  });
  return {
    out: kept.out,
    backward: (gradient) =>
      ops.tidy(() => {
        const again = norm.again();
        const normed = toFactor(trace, again.out);
        const byResult = attendBackward(trace, name, kept, rows, encoded?.rows ?? rows, bias, gradient);
        const [byQuery, byKey, byValue] = (['query', 'key', 'value'] as const).map((layer) =>
          linearInput(trace, `${name}.${layer}`, byResult[layer]),
        ) as [Tensor, Tensor, Tensor];
        encoded?.take(ops.add(byKey, byValue));
        linearWeight(trace, `${name}.query`, byResult.query, normed);
        linearWeight(trace, `${name}.key`, byResult.key, encoded?.value ?? normed);
        linearWeight(trace, `${name}.value`, byResult.value, encoded?.value ?? normed);
        return norm.backward(again.unscaled, encoded ? [byQuery] : [byQuery, byKey, byValue]);
      }),
  };
}

/** What the derivative of an attention needs; all but `out`, the block's result. */
interface Attended {
  out: Tensor;
  /** `[batch, heads, length, dKv]` */
  query: Tensor;
  key: Tensor;
  value: Tensor;
  /** `[batch, heads, query, key]`, before dropout. */
  probabilities: Tensor;
  mask: Tensor | undefined;
  /** `[rows, heads * dKv]`, the input of the output layer. */
  mixed: Tensor;
}

function attend(trace: Trace, name: string, own: Source, source: Source, bias: Bias): Attended {
  const { ops, masks } = trace;
  return ops.tidy(() => {
    const query = toHeads(trace, linear(trace, `${name}.query`, own.value), own.rows);
    const key = toHeads(trace, linear(trace, `${name}.key`, source.value), source.rows);
    const value = toHeads(trace, linear(trace, `${name}.value`, source.value), source.rows);
    const probabilities = attentionProbabilities(ops, query, key, bias.value);
    const mask = masks.next(probabilities.shape);
    const kept = toFactor(trace, drop(trace, mask, probabilities));
    const mixed = toRows(trace, ops.batchMatMul(kept, value), own.rows);
    return { query, key, value, probabilities, mask, mixed, out: linear(trace, `${name}.out`, mixed) };
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
  gradient: Tensor,
) {
  const { ops } = trace;
  const results = ops.tidy(() => {
    const byMixed = linearInput(trace, `${name}.out`, gradient); // [rows, heads * dKv]
    linearWeight(trace, `${name}.out`, gradient, mixed);
    const byHeads = onlyReal(trace, toHeads(trace, byMixed, queryRows), queryRows);
    const kept = toFactor(trace, drop(trace, mask, probabilities));
    const byValue = ops.batchMatMul(kept, byHeads, true);
    ops.free(kept === probabilities ? undefined : kept);
    const byKept = ops.cast(ops.batchMatMul(byHeads, value, false, true), FLOAT);
    const mean = onlyReal(trace, meanGradient(trace, byMixed, mixed, queryRows), queryRows);
    const byScores = ops.mul(probabilities, ops.sub(drop(trace, mask, byKept), mean));
    const factor = toFactor(trace, byScores);
    const byQuery = ops.batchMatMul(factor, key);
    const byKey = ops.batchMatMul(factor, query, true);
    bias.take?.(byScores);
    return {
      query: toRows(trace, byQuery, queryRows),
      key: toRows(trace, byKey, sourceRows),
      value: toRows(trace, byValue, sourceRows),
    };
  });
  ops.free(query, key, value, probabilities, mask, mixed);
  return results;
}

/**
 * The derivative by the probabilities, weighted with them and summed, which the derivative of a softmax subtracts:
 * the same sum as that over the head's outputs, which are fewer.
 * @returns `[batch, heads, query, 1]`
 */
function meanGradient({ ops, config }: Trace, byMixed: Tensor, mixed: Tensor, rows: Rows): Tensor {
  return ops.tidy(() => {
    const product = ops.mul(ops.cast(byMixed, FLOAT), ops.cast(mixed, FLOAT));
    const sums = ops.sum(ops.reshape(product, [rows.count * config.heads, config.dKv]), 1);
    const byHeads = ops.gather(sums, rows.toHeads);
    return ops.reshape(byHeads, [...byHeads.shape, 1]);
  });
}

/** Zeros in the places of padding, where other tokens would otherwise learn from it. */
function onlyReal({ ops }: Trace, x: Tensor, { real }: Rows): Tensor {
  return real ? ops.tidy(() => ops.mul(x, ops.cast(real, x.dtype))) : x;
}
