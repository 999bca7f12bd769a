/**
 * The ends of the network: output layer and loss, and the gradient of the embedding.
 *
 * Over a vocabulary of 32,128 the logits are the largest values of a step: they are computed, turned into their own
 * gradient and used up for some of the rows at a time.
 */
import type { Variable } from '../../tensorflow/operations.ts';
import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import type { PackedBatch } from './batch.ts';
import { type Trace, toFactor } from './layers.ts';

/** Logits in memory at once: 64 MB. */
const LARGEST_CHUNK = 2 ** 24;

interface HeadResult {
  /** Sum of the cross entropies of all rows. */
  lossSum: number;
  /** Derivative of the loss by the input. */
  gradient: Tensor;
  /** Derivative of the loss by the output layer's weights, `[vocabulary, dModel]`. */
  weightGradient: Variable;
}

/**
 * @param x `[rows, dModel]`, float
 * @param weight name of the output layer's weights
 * @param labels what each token's row should say; rows beyond them count nothing
 * @param share what the loss of a token counts: one over the tokens of the step
 */
export function crossEntropyHead(
  trace: Trace,
  x: Tensor,
  weight: string,
  labels: Int32Array,
  share: number,
): HeadResult {
  const { ops, config, weights } = trace;
  const inputScale = config.tied ? config.dModel ** -0.5 : 1;
  const total = x.shape[0]!;
  const rows = Math.ceil(total / Math.ceil((total * config.vocabSize) / LARGEST_CHUNK));
  let lossSum = 0;
  let weightGradient: Variable | undefined;
  const gradient = ops.tidy(() => {
    const matrix = toFactor(trace, weights.value(weight)); // [vocabulary, dModel]
    const chunks: Tensor[] = [];
    for (let start = 0; start < total; start += rows) {
      const count = Math.min(rows, total - start);
      const chunk = labels.subarray(start, start + count);
      const { loss, byInput, byWeight } = ops.tidy(() => {
        const scaled = ops.scale(ops.slice(x, [start, 0], [count, config.dModel]), inputScale);
        const { loss, byLogits } = lossOf(
          trace,
          ops.matMul(toFactor(trace, scaled), matrix, false, true),
          chunk,
        );
        const shares = ops.floats([count, 1], new Float32Array(count).fill(share, 0, chunk.length));
        const byScaled = ops.mul(ops.cast(ops.matMul(byLogits, matrix), FLOAT), shares);
        const shared = toFactor(trace, ops.mul(scaled, shares));
        return {
          loss,
          byInput: ops.scale(byScaled, inputScale),
          byWeight: ops.cast(ops.matMul(byLogits, shared, true), FLOAT),
        };
      });
      lossSum += loss;
      chunks.push(byInput);
      if (weightGradient) ops.addTo(weightGradient, byWeight);
      else weightGradient = ops.createVariable(byWeight);
      ops.free(byWeight);
    }
    return ops.concat(chunks, 0);
  });
  return { lossSum, gradient, weightGradient: weightGradient! };
}

/**
 * The cross entropies' sum and their derivative by the logits: the probabilities, less one at the label.
 * @param logits `[rows, vocabulary]`, freed here
 */
function lossOf(trace: Trace, logits: Tensor, labels: Int32Array): { loss: number; byLogits: Tensor } {
  const { ops, config } = trace;
  const [rows, tokens] = [logits.shape[0]!, labels.length];
  const places = ops.ints(
    [tokens],
    labels.map((label, row) => row * config.vocabSize + label),
  );
  const scores = ops.cast(logits, FLOAT);
  const probabilities = ops.softmax(scores);
  const read = (value: Tensor) => ops.tidy(() => ops.read(value));
  const chosen = read(ops.gather(ops.reshape(scores, [-1]), places));
  const largest = read(ops.max(scores, 1));
  const largestProbability = read(ops.max(probabilities, 1));
  let loss = 0;
  for (let row = 0; row < tokens; row++)
    loss += largest[row]! - Math.log(largestProbability[row]!) - chosen[row]!;
  ops.free(logits, scores);
  const flat = ops.reshape(probabilities, [-1]);
  ops.free(probabilities);
  const resource = ops.createVariable(flat);
  ops.scatterAdd(resource, places, ops.floats([tokens], new Float32Array(tokens).fill(-1)));
  const difference = ops.reshape(ops.readVariable(resource), [rows, config.vocabSize]);
  ops.destroy(resource);
  return { loss, byLogits: toFactor(trace, difference) };
}

/**
 * Takes the gradient of the embedding: each row's goes to its token.
 * @param byTarget derivative by the decoder's embedded rows, `[rows, dModel]`
 * @param bySource the same of the encoder
 * @param head gradient of an output layer that is the embedding, to which the rows are added; destroyed here
 */
export function embeddingGradient(
  trace: Trace,
  { targetIds, sourceIds }: PackedBatch,
  byTarget: Tensor,
  bySource: Tensor,
  head: Variable | undefined,
): void {
  const { ops, weights } = trace;
  ops.tidy(() => {
    const sum = head ?? ops.createVariable(ops.zerosLike(weights.value('embedding')));
    const ids = Int32Array.from([...targetIds, ...sourceIds]);
    const { rows, segments, distinct } = bySegments(ids);
    // Rows of a token are summed before, because additions to one place run in no fixed order.
    const sums = ops.segmentSums(
      ops.concat([byTarget, bySource], 0),
      ops.ints([rows.length], rows),
      ops.ints([segments.length], segments),
    );
    ops.scatterAdd(sum, ops.ints([distinct.length], distinct), sums);
    const gradient = ops.readVariable(sum);
    ops.destroy(sum);
    trace.take('embedding', gradient);
  });
}

/** Rows in the order of their ids, the number of each one's id among the distinct ids, and these. */
function bySegments(ids: Int32Array) {
  const rows = Int32Array.from(ids.keys()).sort((a, b) => ids[a]! - ids[b]! || a - b);
  const segments = new Int32Array(rows.length);
  const distinct: number[] = [];
  rows.forEach((row, index) => {
    if (distinct.at(-1) !== ids[row]) distinct.push(ids[row]!);
    segments[index] = distinct.length - 1;
  });
  return { rows, segments, distinct: Int32Array.from(distinct) };
}
