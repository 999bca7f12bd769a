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

/** Rows of ids as one array, row after row, padded to the longest. */
export function pad(rows: readonly ArrayLike<number>[], padId: number) {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const ids = new Int32Array(rows.length * width).fill(padId);
  const mask = new Float32Array(rows.length * width);
  let tokens = 0;
  rows.forEach((row, index) => {
    ids.set(row, index * width);
    mask.fill(1, index * width, index * width + row.length);
    tokens += row.length;
  });
  return { ids, mask, width, tokens };
}
