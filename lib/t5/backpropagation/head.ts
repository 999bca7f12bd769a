/**
 * The output layer and the loss. Over a vocabulary of 32,128 the logits are the largest values of a step: they are
 * computed, turned into their own gradient and used up for some of the rows at a time.
 */
import type { Resource } from './kernels.ts';
import { type Trace, toFactor } from './layers.ts';
import { FLOAT, type Value } from './native-memory.ts';

/** Logits in memory at once: 64 MB. */
export const LARGEST_CHUNK = 2 ** 24;

export interface HeadResult {
  /** Sum of the cross entropies of all rows. */
  lossSum: number;
  /** Derivative of the loss by the input. */
  gradient: Value;
  /** Derivative of the loss by the output layer's weights, `[vocabulary, dModel]`. */
  weightGradient: Resource;
}

/**
 * @param x `[rows, dModel]`, float
 * @param weight name of the output layer's weights
 * @param labels what each token's row should say; rows beyond them count nothing
 * @param share what the loss of a token counts: one over the tokens of the step
 */
export function crossEntropyHead(
  trace: Trace,
  x: Value,
  weight: string,
  labels: Int32Array,
  share: number,
): HeadResult {
  const { kernels, config, weights } = trace;
  const inputScale = config.tied ? config.dModel ** -0.5 : 1;
  const total = x.shape[0]!;
  const rows = Math.ceil(total / Math.ceil((total * config.vocabSize) / LARGEST_CHUNK));
  let lossSum = 0;
  let weightGradient: Resource | undefined;
  const gradient = kernels.tidy(() => {
    const matrix = toFactor(trace, weights.value(weight)); // [vocabulary, dModel]
    const chunks: Value[] = [];
    for (let start = 0; start < total; start += rows) {
      const count = Math.min(rows, total - start);
      const chunk = labels.subarray(start, start + count);
      const { loss, byInput, byWeight } = kernels.tidy(() => {
        const scaled = kernels.scale(kernels.slice(x, start, count), inputScale);
        const { loss, byLogits } = lossOf(
          trace,
          kernels.matMul(toFactor(trace, scaled), matrix, false, true),
          chunk,
        );
        const shares = kernels.floats([count, 1], new Float32Array(count).fill(share, 0, chunk.length));
        const byScaled = kernels.mul(kernels.cast(kernels.matMul(byLogits, matrix), FLOAT), shares);
        const shared = toFactor(trace, kernels.mul(scaled, shares));
        return {
          loss,
          byInput: kernels.scale(byScaled, inputScale),
          byWeight: kernels.cast(kernels.matMul(byLogits, shared, true), FLOAT),
        };
      });
      lossSum += loss;
      chunks.push(byInput);
      if (weightGradient) kernels.addTo(weightGradient, byWeight);
      else weightGradient = kernels.createResource(byWeight);
      kernels.free(byWeight);
    }
    return kernels.concat(chunks);
  });
  return { lossSum, gradient, weightGradient: weightGradient! };
}

/**
 * The cross entropies' sum and their derivative by the logits: the probabilities, less one at the label.
 * @param logits `[rows, vocabulary]`, freed here
 */
function lossOf(trace: Trace, logits: Value, labels: Int32Array): { loss: number; byLogits: Value } {
  const { kernels, config } = trace;
  const [rows, tokens] = [logits.shape[0]!, labels.length];
  const places = kernels.ints(
    [tokens],
    labels.map((label, row) => row * config.vocabSize + label),
  );
  const scores = kernels.cast(logits, FLOAT);
  const probabilities = kernels.softmax(scores);
  const read = (value: Value) => kernels.tidy(() => kernels.read(value));
  const chosen = read(kernels.gather(kernels.reshape(scores, [-1]), places));
  const largest = read(kernels.max(scores, 1));
  const largestProbability = read(kernels.max(probabilities, 1));
  let loss = 0;
  for (let row = 0; row < tokens; row++)
    loss += largest[row]! - Math.log(largestProbability[row]!) - chosen[row]!;
  kernels.free(logits, scores);
  const flat = kernels.reshape(probabilities, [-1]);
  kernels.free(probabilities);
  const resource = kernels.createResource(flat);
  kernels.scatterAdd(resource, places, kernels.floats([tokens], new Float32Array(tokens).fill(-1)));
  const difference = kernels.reshape(kernels.readResource(resource), [rows, config.vocabSize]);
  kernels.destroy(resource);
  return { loss, byLogits: toFactor(trace, difference) };
}
