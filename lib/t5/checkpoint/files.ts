/** The files of a Hugging Face checkpoint that are of any use here. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput } from '../../settings/invalid-input.ts';

export const CONFIG = 'config.json';
/** The weights, whole or in shards that the index names. */
export const WEIGHTS = 'model.safetensors';
export const WEIGHTS_INDEX = 'model.safetensors.index.json';

/** What a tokenizer may consist of. */
export const TOKENIZER_FILES: readonly string[] = [
  'added_tokens.json',
  'special_tokens_map.json',
  'spiece.model',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** Whether a file of a folder belongs to its checkpoint, by its name. */
export const isCheckpointFile = (name: string): boolean =>
  TOKENIZER_FILES.includes(name) || /^(.*config|.*\.index)\.json$|\.safetensors$/.test(name);

/** The names of a folder's files of weights. @throws {InvalidInput} where it has none, or an index that is none */
export function weightFiles(folder: string): string[] {
  if (existsSync(join(folder, WEIGHTS))) return [WEIGHTS];
  const index = join(folder, WEIGHTS_INDEX);
  if (existsSync(index)) return shardNames(index);
  const other = ['pytorch_model.bin', 'pytorch_model.bin.index.json', 'tf_model.h5', 'flax_model.msgpack'];
  const found = other.find((name) => existsSync(join(folder, name)));
  throw found
    ? new InvalidInput(
        folder,
        `has its weights only as ${found}`,
        'Convert it once with transformers: T5ForConditionalGeneration.from_pretrained(folder).save_pretrained(folder)',
      )
    : new InvalidInput(folder, `has no ${WEIGHTS}`, 'Give the folder of a Hugging Face T5 checkpoint');
}

/** The files that an index names, sorted. Only plain names count: a checkpoint is one folder, and its index is not trusted. */
function shardNames(path: string): string[] {
  const damaged = 'The file may have been damaged; fetch it again';
  let index: { weight_map?: unknown } | null;
  try {
    index = JSON.parse(readFileSync(path, 'utf8')) as { weight_map?: unknown } | null;
  } catch {
    throw new InvalidInput(path, 'this is not JSON', damaged);
  }
  const map = index?.weight_map;
  if (typeof map !== 'object' || map === null) throw new InvalidInput(path, 'it has no weight_map', damaged);
  const names = [...new Set<unknown>(Object.values(map))].sort();
  const odd = names.find((name) => typeof name !== 'string' || !/^[\w.-]+\.safetensors$/.test(name));
  if (odd === undefined) return names as string[];
  throw new InvalidInput(
    path,
    `${JSON.stringify(odd)} is no name of a shard`,
    'Names look like model-00001-of-00002.safetensors',
  );
}
