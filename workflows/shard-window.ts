import type { Shard } from '../lib/balancing/shards.ts';

/** Concurrent shards of a branch: more than its share of any cluster, and well below Temporal's limit of 2,000 activities. */
export const MAX_CONCURRENT_SHARDS = 200;

/** Runs the work of all shards, `most` at a time, and returns the results in order. Starts no more after a failure. */
export async function inWindow<T>(
  shards: readonly Shard[],
  most: number,
  work: (shard: Shard) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    try {
      while (next < shards.length) {
        const at = next++;
        results[at] = await work(shards[at]!);
      }
    } finally {
      next = shards.length;
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, shards.length) }, lane));
  return results;
}
