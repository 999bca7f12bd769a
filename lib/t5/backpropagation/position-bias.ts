import { relativeBucket } from '../relative-bucket.ts';
import type { Bias } from './attention.ts';
import { GradientSum } from './gradient-sum.ts';
import type { Trace } from './layers.ts';
import { MASKED, type Rows } from './packed-batch.ts';

/** The bias that all self-attentions of a stack share. */
export interface PositionBias extends Bias {
  /** Takes the gradient of the weights, once all layers have given theirs. */
  finish(): void;
}

/** Learned biases of relative positions, and what a token must not see: padding, and in the decoder what follows. */
export function positionBias(trace: Trace, stack: 'encoder' | 'decoder', rows: Rows): PositionBias {
  const { kernels, config, weights } = trace;
  const name = `${stack}.positions`;
  const length = rows.longest;
  const buckets = new Int32Array(length * length);
  const causal = new Float32Array(length * length);
  for (let query = 0; query < length; query++)
    for (let key = 0; key < length; key++) {
      buckets[query * length + key] = relativeBucket(key - query, stack === 'encoder', config);
      if (key > query) causal[query * length + key] = MASKED;
    }
  const value = kernels.tidy(() => {
    const places = kernels.ints([length, length], buckets);
    const biases = kernels.transpose(kernels.gather(weights.value(name), places), [2, 0, 1]);
    const shaped = kernels.reshape(biases, [1, config.heads, length, length]);
    // Padding follows the tokens of an example: in the decoder it is hidden already.
    if (stack === 'decoder') return kernels.add(shaped, kernels.floats([1, 1, length, length], causal));
    return rows.hidden ? kernels.add(shaped, rows.hidden) : shaped;
  });
  const sum = new GradientSum(kernels);
  return {
    value,
    take: (gradient) => sum.take(gradient),
    finish: () =>
      kernels.tidy(() => {
        const byBias = kernels.sum(sum.value, 0); // [heads, query, key]
        const flat = kernels.reshape(byBias, [config.heads, length * length]);
        const members = new Float32Array(config.relativeBuckets * length * length);
        buckets.forEach((bucket, place) => {
          members[bucket * length * length + place] = 1;
        });
        const table = kernels.floats([config.relativeBuckets, length * length], members);
        trace.take(name, kernels.matMul(table, flat, false, true));
        sum.free();
      }),
  };
}
