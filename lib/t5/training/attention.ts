import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import { attentionProbabilities, type Rows, toHeads, toRows } from '../model.ts';
import {
  type Block,
  drop,
  type EncoderOutput,
  type Inner,
  linear,
  sublayer,
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
  const { ops, masks } = trace;
  const sourceRows = encoded?.rows ?? rows;
  const compute = (normed: Tensor): Inner => {
    const { query, key, value, probabilities, mask, out } = ops.tidy(() => {
      const byHeads = (layer: string, input: Tensor, rowsOf: Rows) =>
        toHeads(trace, linear(trace, `${name}.${layer}`, input), rowsOf);
      const query = byHeads('query', normed, rows); // [batch, heads, length, dKv]
      const key = byHeads('key', encoded?.value ?? normed, sourceRows);
      const value = byHeads('value', encoded?.value ?? normed, sourceRows);
      const probabilities = attentionProbabilities(ops, query, key, bias.value); // [batch, heads, query, key]
      const mask = masks.next(probabilities.shape);
      const kept = toFactor(trace, drop(trace, mask, probabilities));
      return {
        query,
        key,
        value,
        probabilities,
        mask,
        out: toRows(trace, ops.batchMatMul(kept, value), rows),
      };
    });
    const backward = (gradient: Tensor) => {
      const results = ops.tidy(() => {
        const byHeads = onlyReal(trace, toHeads(trace, gradient, rows), rows);
        const kept = toFactor(trace, drop(trace, mask, probabilities));
        const byValue = ops.batchMatMul(kept, byHeads, true);
        ops.free(kept === probabilities ? undefined : kept);
        const byKept = ops.cast(ops.batchMatMul(byHeads, value, false, true), FLOAT);
        const mean = onlyReal(trace, meanGradient(trace, gradient, out, rows), rows);
        const byScores = ops.mul(probabilities, ops.sub(drop(trace, mask, byKept), mean));
        const factor = toFactor(trace, byScores);
        const byQuery = ops.batchMatMul(factor, key);
        const byKey = ops.batchMatMul(factor, query, true);
        bias.take?.(byScores);
        return {
          query: toRows(trace, byQuery, rows),
          key: toRows(trace, byKey, sourceRows),
          value: toRows(trace, byValue, sourceRows),
        };
      });
      ops.free(query, key, value, probabilities, mask);
      return results;
    };
    return { out, backward };
  };
  return sublayer(trace, name, x, compute, encoded);
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
