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
      return { summary: await tune({ model, texts, settings }, context, 'fine-tune') };
    const profile = await readJson<ClassProfile>(await context.open(taught.profile));
    const pages = await readAllPages(await context.open(texts));
    const profiles = new Map([[profile.label, profile]]);
    const lesson = { model, pages, profiles, strategies: taught.strategies, settings };
    return { summary: await teach(lesson, context, 'fine-tune') };
  },
};

/** From a model and pages to a model. */
export async function tune(
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

export interface Lesson {
  model: ModelFiles;
  pages: readonly Page[];
  profiles: ReadonlyMap<string, ClassProfile>;
  strategies: StrategySettings;
  settings: TrainingSettings;
  /** Other pairs in each epoch: a model that shall know the task, and not these records by heart. */
  drawsAnew?: boolean;
}

/** Pairs of each strategy whose loss is measured: enough to find the least probable hundredth. */
const MEASURED = 100;

/** From a model and what its strategies make of pages to a model that knows what it will be asked. */
export async function teach(
  { model, pages, profiles, strategies, settings, drawsAnew = false }: Lesson,
  context: StageContext,
  phase: string,
): Promise<TrainingOutcome> {
  const modelFolder = await context.openFolder(model);
  const tokenizer = await loadTokenizer(modelFolder);
  const draws = drawsAnew ? settings.epochs : 1;
  const drawn = strategyPairs(pages, profiles, strategies, settings, tokenizer, draws + 1);
  const pairs = drawn.slice(0, draws).flat();
  // Of the records' other blanks, which it has not learnt by heart, a model thinks as of what it writes itself.
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
