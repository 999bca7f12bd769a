/** How the prompts of a generation are put into batches, and how many of those are decoded at once. */
import type { GenerateSettings } from '../../settings/settings.ts';
import { engineThreads, shareOutTasks } from '../../tensorflow/engine.ts';
import type { T5Config } from '../checkpoint/config.ts';

/** Each takes the memory of a batch. So many fit where the model could be trained. */
const MOST_DECODERS = 4;

/** Beams of all prompts of a batch, below which it hardly gets quicker: a step then is little but reading the weights. */
const FEWEST_ROWS = 32;

/** What one thread must be busy with at least for others to be worth their start, which takes them a second. */
const WORTH_THREADS_SECONDS = 3;

/** Of a step of decoding: what each layer takes besides its products. */
const LAYER_SECONDS = 3e-3;

/** Additions and multiplications a second of the products, one thread. */
const PRODUCT_RATE = 3e11;

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

/**
 * Whether so many prompts, with texts of the greatest length, keep one thread busy long enough to start others.
 * @param settings.batchSize as it is in fact, see `batchSizeFor`
 */
export function areWorthThreads(
  prompts: number,
  { batchSize, numBeams, maxLength }: BatchSettings & Pick<GenerateSettings, 'maxLength'>,
  { decoderLayers, dModel, dFf, heads, dKv, vocabSize }: T5Config,
): boolean {
  const weights = decoderLayers * dModel * (6 * heads * dKv + 2 * dFf) + dModel * vocabSize;
  const layers = Math.ceil(prompts / batchSize) * decoderLayers * LAYER_SECONDS;
  const products = (2 * weights * prompts * numBeams) / PRODUCT_RATE;
  return maxLength * (layers + products) > WORTH_THREADS_SECONDS;
}
