import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingSettings } from '../../settings/settings.ts';
import { FLOAT } from '../../tensorflow/tensors.ts';
import { loadModel, saveModel, type T5Model } from '../checkpoint/checkpoint.ts';
import { pairExample } from '../objectives/build-examples.ts';
import type { Example } from '../objectives/example.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import { packBatch } from './batch.ts';
import { createMasks } from './dropout.ts';
import { computeLoss } from './gradients.ts';
import type { TrainingHooks } from './train.ts';
import { type TextPair, type TrainingData, type TrainingLog, trainOnTexts } from './train-on-texts.ts';

export type FineTuneOptions = TrainingData &
  TrainingHooks & {
    /** Hugging Face checkpoint to start from. */
    modelFolder: string;
    settings: TrainingSettings;
    /** Folder that gets the fine-tuned checkpoint, tokenizer included. */
    out: string;
    /** Pairs whose loss is measured before the training, and after it. */
    measured?: { before: readonly TextPair[]; after: readonly TextPair[] } | undefined;
  };

/** Mean loss of a token of each measured pair. */
export interface Measurement {
  before: number[];
  after: number[];
}

const TOKENIZER_FILES =
  /^(tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|^spiece\.model$/;

/**
 * From one checkpoint and texts to another checkpoint.
 * @throws {InvalidInput} for a folder that holds no T5 checkpoint; as `trainOnTexts` otherwise
 */
export async function fineTuneModel(
  options: FineTuneOptions,
): Promise<TrainingLog & { measurement: Measurement }> {
  const { modelFolder, out, checkpointFolder, settings, measured } = options;
  const tokenizer = await loadTokenizer(modelFolder);
  const model = await loadModel(modelFolder);
  const lossesOf = (pairs: readonly TextPair[] = []) =>
    measureLosses(
      model,
      pairs.map(({ input, target }) => pairExample(input, target, tokenizer, settings)),
    );
  try {
    if (checkpointFolder) await mkdir(checkpointFolder, { recursive: true });
    const before = lossesOf(measured?.before);
    const log = await trainOnTexts({ ...options, model, tokenizer });
    const after = lossesOf(measured?.after);
    await saveModel(model, out);
    for (const name of await readdir(modelFolder))
      if (TOKENIZER_FILES.test(name)) await copyFile(join(modelFolder, name), join(out, name));
    return { ...log, measurement: { before, after } };
  } finally {
    model.dispose();
  }
}

/** The mean cross entropy of a target token of each example, without dropout. */
export function measureLosses(model: T5Model, examples: readonly Example[]): number[] {
  const { ops } = model;
  return examples.map((example) =>
    ops.tidy(() => {
      const batch = packBatch(model, [example]);
      const masks = createMasks(model, 0, batch, [0, 0, 0]);
      const loss = computeLoss({ ...model, masks, precision: FLOAT, take: () => undefined }, batch);
      return loss / example.target.length;
    }),
  );
}
