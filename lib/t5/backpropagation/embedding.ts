import type { Resource } from './kernels.ts';
import type { Trace } from './layers.ts';
import type { Value } from './native-memory.ts';
import type { PackedBatch } from './packed-batch.ts';

/**
 * Takes the gradient of the embedding: each row's goes to its token.
 * @param byTarget derivative by the decoder's embedded rows, `[rows, dModel]`
 * @param bySource the same of the encoder
 * @param head gradient of an output layer that is the embedding, to which the rows are added; destroyed here
 */
export function embeddingGradient(
  trace: Trace,
  { targetIds, sourceIds }: PackedBatch,
  byTarget: Value,
  bySource: Value,
  head: Resource | undefined,
): void {
  const { kernels, weights } = trace;
  kernels.tidy(() => {
    const sum = head ?? kernels.createResource(kernels.zerosLike(weights.value('embedding')));
    const ids = Int32Array.from([...targetIds, ...sourceIds]);
    const { rows, segments, distinct } = bySegments(ids);
    // Rows of a token are summed before, because additions to one place run in no fixed order.
    const sums = kernels.segmentSums(
      kernels.concat([byTarget, bySource]),
      kernels.ints([rows.length], rows),
      kernels.ints([segments.length], segments),
    );
    kernels.scatterAdd(sum, kernels.ints([distinct.length], distinct), sums);
    const gradient = kernels.readResource(sum);
    kernels.destroy(sum);
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
