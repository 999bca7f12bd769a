import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import { attentionProbabilities, type Rows, toHeads, toRows } from '../model.ts';
import { drop, type Inner, linear, type Node, sublayer, type Tape, type Trace, toFactor } from './layers.ts';

/** What is attended to: the input itself by learnt positions, or the encoder's output. */
export interface Attended {
  /** Added to the scores, broadcast to `[batch, heads, query, key]`. */
  positions?: Node;
  /** `[rows, dModel]`, in the type of the matrix products. */
  encoded?: Node;
  /** Of `encoded`. */
  sourceRows?: Rows;
}

/** Norm and attention. */
export function attention(tape: Tape, name: string, x: Node, rows: Rows, attended: Attended): Node {
  const { ops, masks } = tape;
  const { positions, encoded, sourceRows = rows } = attended;
  const bias = positions ? positions.value : sourceRows.hidden;
  const compute = (normed: Tensor): Inner => {
    const { query, key, value, probabilities, mask, out } = ops.tidy(() => {
      const byHeads = (layer: string, input: Tensor, rowsOf: Rows) =>
        toHeads(tape, linear(tape, `${name}.${layer}`, input), rowsOf);
      const query = byHeads('query', normed, rows); // [batch, heads, length, dKv]
      const key = byHeads('key', encoded?.value ?? normed, sourceRows);
      const value = byHeads('value', encoded?.value ?? normed, sourceRows);
      const probabilities = attentionProbabilities(ops, query, key, bias); // [batch, heads, query, key]
      const mask = masks.next(probabilities.shape);
      const kept = toFactor(tape, drop(tape, mask, probabilities));
      const out = toRows(tape, ops.batchMatMul(kept, value), rows);
      return { query, key, value, probabilities, mask, out };
    });
    const backward = (gradient: Tensor) => {
      const results = ops.tidy(() => {
        const byHeads = onlyReal(tape, toHeads(tape, gradient, rows), rows);
        const kept = toFactor(tape, drop(tape, mask, probabilities));
        const byValue = ops.batchMatMul(kept, byHeads, true);
        ops.free(kept === probabilities ? undefined : kept);
        const byKept = ops.cast(ops.batchMatMul(byHeads, value, false, true), FLOAT);
        const mean = onlyReal(tape, meanGradient(tape, gradient, out, rows), rows);
        const byScores = ops.mul(probabilities, ops.sub(drop(tape, mask, byKept), mean));
        const factor = toFactor(tape, byScores);
        const byQuery = ops.batchMatMul(factor, key);
        const byKey = ops.batchMatMul(factor, query, true);
        return {
          query: toRows(tape, byQuery, rows),
          key: toRows(tape, byKey, sourceRows),
          value: toRows(tape, byValue, sourceRows),
          ...(positions && { bias: byScores }),
        };
      });
      ops.free(query, key, value, probabilities, mask);
      return results;
    };
    return { out, backward };
  };
  return sublayer(tape, name, x, compute, attended);
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
