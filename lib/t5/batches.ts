import { createRandom } from '../random/random.ts';

/** Order in which an epoch visits its examples: a pure function of seed and epoch, so that nothing needs saving. */
export function epochOrder(
  examples: number,
  epoch: number,
  settings: { seed: number; shuffle: boolean },
): Int32Array {
  const order = Int32Array.from({ length: examples }, (_, index) => index);
  return settings.shuffle
    ? createRandom(settings.seed, 'order of examples', String(epoch)).shuffle(order)
    : order;
}
