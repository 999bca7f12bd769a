import { condition } from '@temporalio/workflow';
import type { Shard } from '../lib/balancing/shards.ts';

/** Shards of one branch at a time: more than a branch's share of any cluster, and far from Temporal's 2,000 activities. */
export const MOST_AT_ONCE = 200;

/** A window that slides over the shards of a branch. Those that a failed attempt left at work count too. */
export class ShardWindow {
  #atWork = 0;

  /** Whether so many more may go out at once. */
  holds(shards: number): boolean {
    return this.#atWork + shards <= MOST_AT_ONCE;
  }

  /** Does the work of all shards, `most` at a time, and gives the results in their order. The first failure ends it. */
  async all<T>(shards: readonly Shard[], most: number, work: (shard: Shard) => Promise<T>): Promise<T[]> {
    let failed = false;
    const inTurn = async (shard: Shard) => {
      while (this.#atWork >= most && !failed) await condition(() => this.#atWork < most || failed);
      if (failed) throw new Error('another shard failed');
      this.#atWork++;
      try {
        return await work(shard);
      } catch (error) {
        failed = true;
        throw error;
      } finally {
        this.#atWork--;
      }
    };
    return await Promise.all(shards.map(inTurn));
  }
}
