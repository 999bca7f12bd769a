import type { Shard } from '../lib/balancing/shards.ts';

/** Shards of one branch at a time: more than a branch's share of any cluster, and far from Temporal's 2,000 activities. */
export const MOST_AT_ONCE = 200;

/**
 * A window that slides over the shards of a branch. Those that a failed attempt left at work count too. Who waits is
 * called in order; a condition for each would be looked at by the hundred whenever anything happens.
 */
export class ShardWindow {
  #atWork = 0;
  readonly #waiting: (() => void)[] = [];

  /** Whether so many more may go out at once. */
  holds(shards: number): boolean {
    return this.#atWork + shards <= MOST_AT_ONCE;
  }

  /** Does the work of all shards, `most` at a time, and gives the results in their order. The first failure ends it. */
  async all<T>(shards: readonly Shard[], most: number, work: (shard: Shard) => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    let next = 0;
    const lane = async () => {
      while (next < shards.length) {
        if (this.#atWork < most) this.#atWork++;
        else await new Promise<void>((resolve) => this.#waiting.push(resolve));
        try {
          const at = next++;
          if (at < shards.length) results[at] = await work(shards[at]!);
        } catch (error) {
          next = shards.length;
          throw error;
        } finally {
          this.#leave();
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(most, shards.length) }, lane));
    return results;
  }

  /** Gives the place to the shard that waits longest. */
  #leave(): void {
    const resume = this.#waiting.shift();
    if (resume) resume();
    else this.#atWork--;
  }
}
