/** How the prompts of a class are shared out: each shard is one generation activity. Pure, because workflows call it. */
import type { GenerateSettings } from '../settings/settings.ts';

/** Prompts `from` (included) to `to` (excluded). */
export interface Shard {
  from: number;
  to: number;
}

/** Shards of a class in all its rounds. Each adds half a dozen events to the history of its branch. */
export const MOST_SHARDS = 800;

/** Prompts of a shard: as the settings say, or more where a class would need too many shards. */
export function promptsPerShard(
  { shardSize, maxRounds }: Pick<GenerateSettings, 'shardSize' | 'maxRounds'>,
  wanted: number,
): number {
  return Math.max(1, shardSize, Math.ceil((wanted * Math.max(1, maxRounds)) / MOST_SHARDS));
}

/** The shards of a round, which start at whole multiples of their size. */
export function splitIntoShards({ from, to }: Shard, size: number): Shard[] {
  const shards: Shard[] = [];
  for (let start = from; start < to; start = shards.at(-1)!.to)
    shards.push({ from: start, to: Math.min(to, (Math.floor(start / size) + 1) * size) });
  return shards;
}
