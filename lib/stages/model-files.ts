import type { ArtifactReference } from '../artifacts/reference.ts';

/** A Hugging Face checkpoint, by the names of its files: `config.json`, `model.safetensors`, `tokenizer.json`, … */
export type ModelFiles = Record<string, ArtifactReference>;

const FOLDER = 'model/';

/** The checkpoint among the files of a stage that wrote one, into the folder `model`. */
export function modelOf(result: { files: Record<string, ArtifactReference> }): ModelFiles {
  return Object.fromEntries(
    Object.entries(result.files)
      .filter(([name]) => name.startsWith(FOLDER))
      .map(([name, reference]) => [name.slice(FOLDER.length), reference]),
  );
}
