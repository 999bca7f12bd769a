/** How the prompts of a generation are put into batches, and how many of those are decoded at once. */
import type { GenerateSettings } from '../../settings/settings.ts';
import { engineThreads, shareOutTasks } from '../../tensorflow/engine.ts';

/** Each takes the memory of a batch. So many fit where the model could be trained. */
const MOST_DECODERS = 4;

/** Beams of all prompts of a batch, below which it hardly gets quicker: a step then is little but reading the weights. */
const FEWEST_ROWS = 32;

type BatchSettings = Pick<GenerateSettings, 'batchSize' | 'numBeams'>;

/**
 * Prompts of a batch. No more prompts than one batch holds are shared between two, so that two threads can decode them;
 * they are with one thread too, because a text may depend in its last bits on what it shares a batch with.
 */
export function batchSizeFor(prompts: number, { batchSize, numBeams }: BatchSettings): number {
  const half = Math.ceil(prompts / 2);
  return prompts <= batchSize && half * numBeams >= FEWEST_ROWS ? half : batchSize;
}

/** Cuts a list into batches of a size, the last of which may be smaller. */
export const inBatches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, batch) =>
    items.slice(batch * size, (batch + 1) * size),
  );

/** How many batches of so many prompts this process does best to decode at once. */
export const batchesAtOnce = (prompts: number, settings: BatchSettings): number =>
  Math.min(engineThreads(), Math.ceil(prompts / batchSizeFor(prompts, settings)), MOST_DECODERS);

/** The same, and makes the engine ready for it, which must not have been loaded before. */
export const decodersFor = (prompts: number, settings: BatchSettings): number =>
  shareOutTasks(batchesAtOnce(prompts, settings));
