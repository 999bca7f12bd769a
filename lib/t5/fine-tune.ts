import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingSettings } from '../settings/settings.ts';
import { loadModel, saveModel } from './checkpoint.ts';
import { loadTokenizer } from './tokenizer/load-tokenizer.ts';
import { type TrainingData, type TrainingLog, type TrainingStep, trainOnTexts } from './train-on-texts.ts';

export type FineTuneOptions = TrainingData & {
  /** Hugging Face checkpoint to start from. */
  modelFolder: string;
  settings: TrainingSettings;
  /** Folder that gets the fine-tuned checkpoint, tokenizer included. */
  out: string;
  /** Where the training keeps what it resumes from. */
  checkpointFolder?: string | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: TrainingStep) => void) | undefined;
};

const TOKENIZER_FILES =
  /^(tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|^spiece\.model$/;

/**
 * From one checkpoint and texts to another checkpoint.
 * @throws {InvalidInput} for a folder that holds no T5 checkpoint, or texts that give no example
 * @throws {TrainingDiverged}
 */
export async function fineTuneModel(options: FineTuneOptions): Promise<TrainingLog> {
  const { modelFolder, out, checkpointFolder } = options;
  const tokenizer = await loadTokenizer(modelFolder);
  const model = await loadModel(modelFolder);
  try {
    if (checkpointFolder) await mkdir(checkpointFolder, { recursive: true });
    const log = await trainOnTexts({ ...options, model, tokenizer });
    await saveModel(model, out);
    for (const name of await readdir(modelFolder))
      if (TOKENIZER_FILES.test(name)) await copyFile(join(modelFolder, name), join(out, name));
    return log;
  } finally {
    model.dispose();
  }
}
