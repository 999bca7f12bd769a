/** The shape of the model that a run would use, as far as this machine knows it without downloading anything. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sumBy } from '../arithmetic/sums.ts';
import { readJson } from '../artifacts/files.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ModelSettings } from '../settings/settings.ts';
import { parseConfig } from '../t5/checkpoint/config.ts';
import { CONFIG } from '../t5/checkpoint/files.ts';
import { hubCache, ModelCache } from '../t5/checkpoint/hub/cache.ts';
import {
  PUBLISHED_NAMES,
  publishedConfig,
  scratchConfig,
  scratchVocabSize,
} from '../t5/checkpoint/presets.ts';
import { weightSpecs } from '../t5/checkpoint/weights.ts';
import { sizeOf } from '../tensorflow/tensors.ts';

export interface T5Shape {
  /** config.json. */
  config: Record<string, unknown>;
  /** Folder of the checkpoint, where it is on this machine. */
  folder?: string;
  weights: number;
  /** Where the shape comes from, when it is not the model's own. */
  assumed?: string;
}

/**
 * The shape of a model: from its config.json where that is here, from its name where it is a published T5.
 * @throws {InvalidInput} for a model whose shape is not known here
 */
export async function modelShape(model: ModelSettings): Promise<T5Shape> {
  if (typeof model !== 'string')
    return shapeOf(scratchConfig(model.scratch, scratchVocabSize(model.scratch)));
  const folder = await folderOf(model);
  if (folder) return { ...shapeOf(await readJson(join(folder, CONFIG))), folder };
  const name = model.split('/').at(-1)!.replace('t5-v1_1', 'flan-t5');
  if (publishedConfig(name)) return { ...publishedShape(name), assumed: `the published shape of ${name}` };
  throw new InvalidInput(
    'model',
    `the shape of ${model} is not known on this machine`,
    `Give its folder, or one of ${PUBLISHED_NAMES.join(', ')}, or {"scratch": "tiny"}`,
  );
}

/** The shape of a published T5 by its name. */
export const publishedShape = (name: string): T5Shape => shapeOf(publishedConfig(name)!);

/** The same model with fewer layers, from which the speed of the whole can be estimated. */
export const withLayers = (config: Record<string, unknown>, layers: number): Record<string, unknown> => ({
  ...config,
  num_layers: layers,
  num_decoder_layers: layers,
});

function shapeOf(config: Record<string, unknown>): T5Shape {
  const parsed = parseConfig(config);
  return { config, weights: sumBy(weightSpecs(parsed, !parsed.tied), ({ shape }) => sizeOf(shape)) };
}

/** A folder, or the snapshot in the hub's cache, if it holds a config.json. */
async function folderOf(model: string): Promise<string | undefined> {
  const cache = new ModelCache(hubCache(), model);
  const commit = await cache.commitOf('main');
  const folders = [
    model.startsWith('file://') ? fileURLToPath(model) : model,
    ...(commit === undefined ? [] : [cache.snapshot(commit)]),
  ];
  return folders.find((folder) => existsSync(join(folder, CONFIG)));
}
