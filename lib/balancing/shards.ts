/** Splits the prompts of a class into shards, one generation activity each. Pure, because workflows call it. */
import type { GenerateSettings } from '../settings/settings.ts';

/** Prompts `from` (included) to `to` (excluded). */
export interface Shard {
  from: number;
  to: number;
}

/** Maximum shards of a class in all rounds. Each adds half a dozen events to the history of its branch. */
export const MOST_SHARDS = 800;

/** Prompts per shard: as configured, or more if a class would need too many shards. */
export function promptsPerShard(
  { shardSize, maxRounds }: Pick<GenerateSettings, 'shardSize' | 'maxRounds'>,
  wanted: number,
): number {
  return Math.max(1, shardSize, Math.ceil((wanted * Math.max(1, maxRounds)) / MOST_SHARDS));
}

/** The shards of a round, aligned to multiples of their size. */
export function splitIntoShards({ from, to }: Shard, size: number): Shard[] {
  const shards: Shard[] = [];
  for (let start = from; start < to; start = shards.at(-1)!.to)
    shards.push({ from: start, to: Math.min(to, (Math.floor(start / size) + 1) * size) });
  return shards;
}
