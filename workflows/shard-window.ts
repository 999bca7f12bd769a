import type { Shard } from '../lib/balancing/shards.ts';

/** Shards of one branch at a time: more than a branch's share of any cluster, and far from Temporal's 2,000 activities. */
export const MOST_AT_ONCE = 200;

/** Does the work of all shards, `most` at a time, and gives the results in their order. After a failure no more begin. */
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
