/** From a checkpoint, or from random weights, and texts to a checkpoint. */
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sumBy } from '../../arithmetic/sums.ts';
import { createRandom } from '../../random/random.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import { type ScratchModelSettings, settingsSchema, type TrainingSettings } from '../../settings/settings.ts';
import { FLOAT } from '../../tensorflow/tensors.ts';
import { createModel, loadModel, saveModel, type T5Model } from '../checkpoint/checkpoint.ts';
import { TOKENIZER_FILES } from '../checkpoint/files.ts';
import { scratchConfig, scratchVocabSize } from '../checkpoint/presets.ts';
import { buildExamples, pairExample } from '../objectives/build-examples.ts';
import type { Example } from '../objectives/example.ts';
import { loadTokenizer } from '../tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { saveTokenizer } from '../tokenizer/tokenizer-files.ts';
import { trainTokenizer } from '../tokenizer/train-tokenizer.ts';
import { packBatch } from './batch.ts';
import type { StepRecord } from './checkpoint.ts';
import { createMasks } from './dropout.ts';
import { computeLoss } from './gradients.ts';
import { type TrainingHooks, train } from './train.ts';

type Many<T> = Iterable<T> | AsyncIterable<T>;

/** What a model learns from: texts, of which the objective makes examples, or pairs that the user made. */
export type TrainingData = { texts: Many<string> } | { pairs: Many<TextPair> };

/** An input and what a model shall answer to it. */
export interface TextPair {
  input: string;
  target: string;
}

/** What a training leaves besides the weights. */
export interface TrainingLog {
  examples: number;
  losses: StepRecord[];
  /** Input and target tokens of all steps. */
  tokens: number;
  /** Of training, without the pauses in front of resumptions. */
  seconds: number;
}

interface Outcome extends TrainingHooks {
  /** Folder that gets the checkpoint, tokenizer included. */
  out: string;
  /** Pairs whose mean loss of a token is measured before the training, and after it. */
  measured?: { before: readonly TextPair[]; after: readonly TextPair[] } | undefined;
}

/**
 * Goes on with the training of a checkpoint.
 * @throws {InvalidInput} for a folder that holds no T5 checkpoint, and when the texts give no example
 * @throws {TrainingDiverged}
 */
export async function fineTuneModel(
  options: TrainingData & Outcome & { modelFolder: string; settings: TrainingSettings },
) {
  const { modelFolder, out } = options;
  const tokenizer = await loadTokenizer(modelFolder);
  const log = await trainAndSave({ ...options, model: await loadModel(modelFolder), tokenizer });
  for (const name of await readdir(modelFolder))
    if (TOKENIZER_FILES.includes(name)) await copyFile(join(modelFolder, name), join(out, name));
  return log;
}

/**
 * Trains a tokenizer and a small T5 on texts alone, from random weights.
 * @param options.texts read twice: once for the vocabulary, once for the examples
 * @throws as `fineTuneModel`
 */
export async function pretrainModel(
  options: Outcome & { texts: Iterable<string>; settings: ScratchModelSettings },
) {
  const { texts, out, signal } = options;
  const { scratch } = options.settings;
  await saveTokenizer(out, await trainTokenizer(texts, { vocabSize: scratchVocabSize(scratch), signal }));
  const tokenizer = await loadTokenizer(out);
  const settings = pretrainSettings(options.settings);
  const model = await createModel(scratchConfig(scratch, tokenizer.vocabSize), settings.seed);
  return trainAndSave({ ...options, settings, model, tokenizer });
}

/**
 * Filling in blanks, as the branches will: targets hold half of each text, where span corruption would leave a model
 * of this size with a few words to predict and no practice in writing more.
 */
export function pretrainSettings({ scratch: _, ...chosen }: ScratchModelSettings): TrainingSettings {
  const defaults = settingsSchema.shape.fineTune.unwrap().parse({});
  return { ...defaults, objective: 'fillInTheBlank', warmupSteps: 50, ...chosen };
}

interface Training extends TrainingHooks {
  model: T5Model;
  tokenizer: Tokenizer;
  settings: TrainingSettings;
}

/** Trains the model, saves it, and gives its memory back. */
async function trainAndSave(options: TrainingData & Outcome & Training) {
  const { model, tokenizer, settings, out, checkpointFolder, measured } = options;
  const lossesOf = (pairs: readonly TextPair[] = []) =>
    measureLosses(
      model,
      pairs.map(({ input, target }) => pairExample(input, target, tokenizer, settings)),
    );
  try {
    if (checkpointFolder) await mkdir(checkpointFolder, { recursive: true });
    const before = lossesOf(measured?.before);
    const log = await trainOnTexts(options);
    const after = lossesOf(measured?.after);
    await saveModel(model, out);
    return { ...log, measurement: { before, after } };
  } finally {
    model.dispose();
  }
}

/** Makes examples and trains the model's weights on them. @throws as `fineTuneModel` */
export async function trainOnTexts(options: TrainingData & Training): Promise<TrainingLog> {
  const { tokenizer, settings } = options;
  const examples: Example[] = [];
  const random = createRandom(settings.seed, 'examples');
  if ('pairs' in options)
    for await (const { input, target } of options.pairs)
      examples.push(pairExample(input, target, tokenizer, settings));
  else
    for await (const text of options.texts)
      examples.push(...buildExamples([text], tokenizer, settings, random));
  if (examples.length === 0)
    throw new InvalidInput('training texts', 'none has two words or more', 'Give texts to learn from');
  const losses = await train({ ...options, examples });
  return {
    examples: examples.length,
    losses,
    tokens: sumBy(losses, ({ tokens }) => tokens),
    seconds: losses.at(-1)?.seconds ?? 0,
  };
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
