import { InvalidInput } from '../settings/invalid-input.ts';

/**
 * The files that `model.safetensors.index.json` names, sorted. Only plain names count: a checkpoint is one folder, and
 * its index may come from anybody.
 * @param path for messages
 * @throws {InvalidInput}
 */
export function shardNames(path: string, text: string): string[] {
  const names = [...new Set(Object.values(weightMap(path, text)))].sort();
  const odd = names.find((name) => typeof name !== 'string' || !/^[\w.-]+\.safetensors$/.test(name));
  if (odd !== undefined)
    throw new InvalidInput(
      path,
      `${JSON.stringify(odd)} is no name of a shard`,
      'Names look like model-00001-of-00002.safetensors',
    );
  return names as string[];
}

function weightMap(path: string, text: string): Record<string, unknown> {
  const remedy = 'The file may have been damaged; fetch it again';
  let index: { weight_map?: unknown } | null;
  try {
    index = JSON.parse(text) as { weight_map?: unknown } | null;
  } catch {
    throw new InvalidInput(path, 'this is not JSON', remedy);
  }
  const map = index?.weight_map;
  if (typeof map === 'object' && map !== null) return map as Record<string, unknown>;
  throw new InvalidInput(path, 'it has no weight_map', remedy);
}
