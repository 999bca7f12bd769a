import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referToFile } from '../lib/artifacts/digest.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { StageProgress } from '../lib/stages/stage.ts';
import { fetchModel } from '../lib/t5/hub.ts';

/** Files of a checkpoint folder that this product reads. */
const MODEL_FILE = /^(.*config|tokenizer|special_tokens_map|.*\.index)\.json$|\.safetensors$|^spiece\.model$/;

/**
 * References to the files of a checkpoint, under `model/`: a folder's where they lie, a hub's after the download.
 * @throws {InvalidInput} for a folder that holds no checkpoint
 * @throws {ModelUnavailable} where the hub does not give it
 */
export async function fetchModelFiles(
  model: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: StageProgress) => void },
): Promise<{ files: Record<string, ArtifactReference>; cached: boolean }> {
  const local = model.startsWith('file://') ? fileURLToPath(model) : model;
  const isFolder = (await stat(local).catch(() => undefined))?.isDirectory() ?? false;
  const folder = isFolder
    ? local
    : await fetchModel(model, {
        signal,
        onProgress: ({ bytes, totalBytes }) =>
          onProgress({ phase: `download ${model}`, done: bytes, total: totalBytes, unit: 'bytes' }),
      });
  const names = (await readdir(folder)).filter((name) => MODEL_FILE.test(name)).sort();
  if (!names.includes('config.json'))
    throw new InvalidInput(
      'model',
      `${folder} holds no config.json`,
      'Give the folder of a Hugging Face T5 checkpoint, or a hub id.',
    );
  const files: Record<string, ArtifactReference> = {};
  for (const name of names) files[`model/${name}`] = await referToFile(join(folder, name), { signal });
  return { files, cached: isFolder };
}
