import { copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createModel, saveModel } from '../../../lib/t5/checkpoint/checkpoint.ts';
import { scratchConfig } from '../../../lib/t5/checkpoint/presets.ts';
import { loadTokenizer } from '../../../lib/t5/tokenizer/load-tokenizer.ts';

const TOKENIZER = path.join(import.meta.dirname, '../../fixtures/tokenizer/small');

/** Writes a model of random weights with its tokenizer. */
export async function writeTinyModel(folder: string): Promise<void> {
  const { vocabSize } = await loadTokenizer(TOKENIZER);
  const model = await createModel(scratchConfig('tiny', vocabSize), 3);
  await saveModel(model, folder);
  model.dispose();
  for (const name of await readdir(TOKENIZER))
    await copyFile(path.join(TOKENIZER, name), path.join(folder, name));
}
