import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mean } from '../arithmetic/sums.ts';
import { readJson } from '../artifacts/files.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { ClassProfile } from '../balancing/profiles.ts';
import { type StrategyName, type StrategySettings, usedStrategies } from '../balancing/strategies/shares.ts';
import { readAllPages } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import { parseGroup } from '../settings/parse.ts';
import type { TrainingSettings } from '../settings/settings.ts';
import { loadTokenizer } from '../t5/tokenizer/load-tokenizer.ts';
import { fineTuneModel } from '../t5/training/train-model.ts';
import type { ModelFiles } from './model-files.ts';
import type { StageContext } from './stage.ts';
import { type StrategyPair, strategyPairs } from './strategy-pairs.ts';
import {
  recordTraining,
  type TrainingOutcome,
  type TrainingStage,
  textsOf,
  trainingOptions,
  trainingSteps,
} from './training.ts';

export interface FineTuneParameters {
  class: string;
  model: ModelFiles;
  /** Training pages of the class. */
  texts: ArtifactReference;
  settings: TrainingSettings;
  /** What the model is taught with the objective `strategies`. */
  taught?: { profile: ArtifactReference; strategies: StrategySettings } | undefined;
}

/**
 * Fine-tunes the model on one class. Files: the checkpoint under `model/`, and `losses.json`; with the objective
 * `strategies`, `model/log-probabilities.json` too.
 */
export const fineTune: TrainingStage<FineTuneParameters> = {
  name: 'fineTune',
  version: 2,
  work: trainingSteps,
  async run({ model, texts, settings: given, taught }, context) {
    const settings = parseGroup('fineTune', given);
    if (settings.objective !== 'strategies' || !taught)
      return { summary: await fineTuneOnTexts({ model, texts, settings }, context, 'fine-tune') };
    const profile = await readJson<ClassProfile>(await context.open(taught.profile));
    const pages = await readAllPages(await context.open(texts));
    const profiles = new Map([[profile.label, profile]]);
    const training = { model, pages, profiles, strategies: taught.strategies, settings };
    return { summary: await fineTuneOnStrategies(training, context, 'fine-tune') };
  },
};

/** Fine-tunes a model on texts with the objective of the settings. */
export async function fineTuneOnTexts(
  { model, texts, settings }: Pick<FineTuneParameters, 'model' | 'texts' | 'settings'>,
  context: StageContext,
  phase: string,
): Promise<TrainingOutcome> {
  const log = await fineTuneModel({
    modelFolder: await context.openFolder(model),
    texts: textsOf(await context.open(texts)),
    settings,
    ...trainingOptions(context, phase),
  });
  return recordTraining(context, log);
}

export interface StrategyTraining {
  model: ModelFiles;
  pages: readonly Page[];
  profiles: ReadonlyMap<string, ClassProfile>;
  strategies: StrategySettings;
  settings: TrainingSettings;
  /** New pairs in each epoch, so that the model learns the task instead of memorising the records. */
  redrawEachEpoch?: boolean;
}

/** Pairs of each strategy whose loss is measured: enough to find the least probable hundredth. */
const MEASURED = 100;

/** Fine-tunes a model on the training pairs that the strategies build from pages. */
export async function fineTuneOnStrategies(
  { model, pages, profiles, strategies, settings, redrawEachEpoch = false }: StrategyTraining,
  context: StageContext,
  phase: string,
): Promise<TrainingOutcome> {
  const modelFolder = await context.openFolder(model);
  const tokenizer = await loadTokenizer(modelFolder);
  const draws = redrawEachEpoch ? settings.epochs : 1;
  const drawn = strategyPairs(pages, profiles, strategies, settings, tokenizer, draws + 1);
  const pairs = drawn.slice(0, draws).flat();
  // Unseen blanks of the same records are not memorised, so the model scores them like its own output.
  const unseen = drawn[draws]!;
  const some = (from: readonly StrategyPair[]) =>
    usedStrategies(strategies.strategies).flatMap((strategy) => {
      const own = from.filter((pair) => pair.strategy === strategy);
      return createRandom(settings.seed, 'measured pairs', strategy).shuffle(own).slice(0, MEASURED);
    });
  const measured = { before: some(pairs), after: some(unseen) };
  const { measurement, ...log } = await fineTuneModel({
    modelFolder,
    pairs,
    measured,
    settings: { ...settings, epochs: settings.epochs / draws },
    ...trainingOptions(context, phase),
  });
  await writeFile(
    join(context.out, 'model', LOG_PROBABILITIES),
    JSON.stringify(logProbabilitiesOf(measured.after, measurement.after)),
  );
  const outcome = await recordTraining(context, log);
  const lastEpoch = log.losses.slice(-Math.ceil(log.losses.length / settings.epochs));
  return {
    ...outcome,
    learnt: { before: mean(measurement.before), lastEpoch: mean(lastEpoch.map(({ loss }) => loss)) },
  };
}

/** File of a model's folder: log-probabilities a token of real records in the form that it learnt, by strategy, ascending. */
export const LOG_PROBABILITIES = 'log-probabilities.json';
export type LogProbabilities = Partial<Record<StrategyName, number[]>>;

function logProbabilitiesOf(pairs: readonly StrategyPair[], losses: readonly number[]): LogProbabilities {
  const byStrategy: LogProbabilities = {};
  for (const [place, { strategy }] of pairs.entries()) {
    byStrategy[strategy] ??= [];
    byStrategy[strategy].push(-losses[place]!);
  }
  for (const values of Object.values(byStrategy)) values.sort((a, b) => a - b);
  return byStrategy;
}
