import { mkdir } from 'node:fs/promises';
import { type ScratchModelSettings, settingsSchema } from '../../settings/settings.ts';
import { createModel, saveModel } from '../checkpoint/checkpoint.ts';
import { scratchConfig, scratchVocabSize } from '../checkpoint/presets.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import { saveTokenizer } from '../tokenizer/tokenizer-files.ts';
import { trainTokenizer } from '../tokenizer/train-tokenizer.ts';
import type { TrainingHooks } from './train.ts';
import { type TrainingLog, trainOnTexts } from './train-on-texts.ts';

export interface PretrainOptions extends TrainingHooks {
  /** Read twice: once for the vocabulary, once for the examples. */
  texts: Iterable<string>;
  settings: ScratchModelSettings;
  /** Folder that gets the checkpoint, tokenizer included. */
  out: string;
}

/**
 * Trains a tokenizer and a small T5 on texts alone, from random weights.
 * @throws as `trainOnTexts`
 */
export async function pretrainModel(given: PretrainOptions): Promise<TrainingLog> {
  const { texts, settings, out, ...options } = given;
  const files = await trainTokenizer(texts, {
    vocabSize: scratchVocabSize(settings.scratch),
    signal: options.signal,
  });
  await saveTokenizer(out, files);
  const tokenizer = await loadTokenizer(out);
  const training = {
    ...FILL_IN,
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    learningRate: settings.learningRate,
    precision: settings.precision,
  };
  const model = await createModel(scratchConfig(settings.scratch, tokenizer.vocabSize), training.seed);
  try {
    if (options.checkpointFolder) await mkdir(options.checkpointFolder, { recursive: true });
    const log = await trainOnTexts({ ...options, texts, model, tokenizer, settings: training });
    await saveModel(model, out);
    return log;
  } finally {
    model.dispose();
  }
}

/**
 * Filling in blanks, as the branches will: targets hold half of each text, where span corruption would leave a model
 * of this size with a few words to predict and no practice in writing more.
 */
const FILL_IN = {
  ...settingsSchema.shape.fineTune.unwrap().parse({}),
  objective: 'fillInTheBlank',
  warmupSteps: 50,
} as const;
