/** The shape of the model that a run would use, as far as this machine knows it without downloading anything. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '../artifacts/files.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ModelSettings } from '../settings/settings.ts';
import { parseConfig } from '../t5/checkpoint/config.ts';
import { hubCache, ModelCache } from '../t5/checkpoint/hub/cache.ts';
import { scratchConfig, scratchVocabSize } from '../t5/checkpoint/presets.ts';
import { weightSpecs } from '../t5/checkpoint/weights.ts';

export interface T5Shape {
  /** config.json. */
  config: Record<string, unknown>;
  /** Folder of the checkpoint, where it is on this machine. */
  folder?: string;
  weights: number;
  /** Where the shape comes from, when it is not the model's own. */
  assumed?: string;
}

type Size = [dModel: number, dKv: number, heads: number, dFf: number, layers: number];

/** The published T5s: 1.0, and 1.1 whose shapes flan-t5 has. */
const PUBLISHED: Record<string, { gated: boolean; size: Size }> = {
  't5-small': { gated: false, size: [512, 64, 8, 2048, 6] },
  't5-base': { gated: false, size: [768, 64, 12, 3072, 12] },
  't5-large': { gated: false, size: [1024, 64, 16, 4096, 24] },
  'flan-t5-small': { gated: true, size: [512, 64, 6, 1024, 8] },
  'flan-t5-base': { gated: true, size: [768, 64, 12, 2048, 12] },
  'flan-t5-large': { gated: true, size: [1024, 64, 16, 2816, 24] },
};

/**
 * The shape of a model: from its config.json where that is here, from its name where it is a published T5.
 * @throws {InvalidInput} for a model whose shape is not known here
 */
export async function modelShape(model: ModelSettings): Promise<T5Shape> {
  if (typeof model !== 'string')
    return shapeOf(scratchConfig(model.scratch, scratchVocabSize(model.scratch)), {});
  const folder = await folderOf(model);
  if (folder) return shapeOf(await readJson(join(folder, 'config.json')), { folder });
  const name = model.split('/').at(-1)!.replace('t5-v1_1', 'flan-t5');
  const published = PUBLISHED[name];
  if (published) return shapeOf(publishedConfig(published), { assumed: `the published shape of ${name}` });
  throw new InvalidInput(
    'model',
    `the shape of ${model} is not known on this machine`,
    `Give its folder, or one of ${Object.keys(PUBLISHED).join(', ')}, or {"scratch": "tiny"}`,
  );
}

/** The shape of a published T5 by its name. */
export const publishedShape = (name: 't5-small'): T5Shape => shapeOf(publishedConfig(PUBLISHED[name]!), {});

/** The same model with fewer layers, from which the speed of the whole can be estimated. */
export function withLayers(config: Record<string, unknown>, layers: number): Record<string, unknown> {
  return { ...config, num_layers: layers, num_decoder_layers: layers };
}

function shapeOf(config: Record<string, unknown>, found: { folder?: string; assumed?: string }): T5Shape {
  const parsed = parseConfig(config);
  const weights = weightSpecs(parsed, !parsed.tied).reduce(
    (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  return { config, weights, ...found };
}

/** A folder, or the snapshot in the hub's cache, if it holds a config.json. */
async function folderOf(model: string): Promise<string | undefined> {
  const cache = new ModelCache(hubCache(), model);
  const commit = await cache.commitOf('main');
  const folders = [
    model.startsWith('file://') ? fileURLToPath(model) : model,
    ...(commit === undefined ? [] : [cache.snapshot(commit)]),
  ];
  for (const folder of folders) {
    const found = await stat(join(folder, 'config.json')).catch(() => undefined);
    if (found?.isFile()) return folder;
  }
  return undefined;
}

function publishedConfig({ gated, size: [dModel, dKv, heads, dFf, layers] }: { gated: boolean; size: Size }) {
  return {
    ...scratchConfig('tiny', 32_128),
    d_model: dModel,
    d_kv: dKv,
    num_heads: heads,
    d_ff: dFf,
    num_layers: layers,
    num_decoder_layers: layers,
    dropout_rate: 0.1,
    feed_forward_proj: gated ? 'gated-gelu' : 'relu',
    tie_word_embeddings: !gated,
  };
}
