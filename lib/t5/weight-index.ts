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
  try {
    const { weight_map: map } = JSON.parse(text) as { weight_map?: unknown };
    if (typeof map === 'object' && map !== null) return map as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new InvalidInput(path, 'it holds no weight_map', 'The file may have been damaged; fetch it again');
}
