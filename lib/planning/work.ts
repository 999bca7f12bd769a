/** One walk along the DAG of a run: how much each stage would do, and what of it the store has. Nothing is run. */
import { sumBy } from '../arithmetic/sums.ts';
import { promptsPerShard, splitIntoShards } from '../balancing/shards.ts';
import { promptsFor } from '../balancing/target.ts';
import { usesGenerated } from '../settings/method-table.ts';
import type { RunSettings } from '../settings/settings.ts';
import { adapt } from '../stages/adapt.ts';
import { chooseAmount } from '../stages/choose-amount.ts';
import { evaluate } from '../stages/evaluate.ts';
import { fineTune } from '../stages/fine-tune.ts';
import { generate } from '../stages/generate.ts';
import { type ModelFiles, modelOf } from '../stages/model-files.ts';
import * as of from '../stages/parameters.ts';
import type { PreparedClass } from '../stages/prepare.ts';
import { pretrain } from '../stages/pretrain.ts';
import type { PlannableStage, Stage, StageResult } from '../stages/stage.ts';

export interface PlannedCorpus extends of.Corpus {
  /** Of the source. */
  rows: number;
  /** Of a cleaned text. */
  wordsPerText: number;
}

/** How many examples a text gives; for other trainings as for `fineTune` unless they are there. */
export type ExamplesPerText = Record<'fineTune', Examples> & Partial<Record<'pretrain' | 'adapt', Examples>>;
type Examples = { examplesPerText: number };

export interface BranchWork {
  class: string;
  train: number;
  steps: number;
  /** Records to generate, and the batches of each shard of the first round. */
  wanted: number;
  shards: number[];
}

export interface Work {
  rows: number;
  train: number;
  test: number;
  pretrainSteps: number;
  adaptSteps: number;
  branches: BranchWork[];
  /** Tokens of all records to generate: at least, and at most. */
  tokens: { least: number; most: number };
  /** Words that the classifier reads in all epochs, by method. */
  classifierWords: { baselines: number[]; generated: number[] };
}

/** Of a run, all of which is there. */
export const NOTHING = {
  pretrainSteps: 0,
  adaptSteps: 0,
  branches: [],
  classifierWords: { baselines: [], generated: [] },
} satisfies Partial<Work>;

/** Looks for a stage's result. */
export type Find = <P, S>(stage: Stage<P, S>, parameters: P) => Promise<StageResult<S> | undefined>;

/** Finds no result, so that all the work is counted. */
export const findNothing: Find = async () => undefined;

/** In the place of a model that is not made, and of one of the hub, whose files are known once it is fetched. */
const UNKNOWN: ModelFiles = {};

/** Words of a token, in English. */
const WORDS_A_TOKEN = 0.7;

/** A run that is planned. */
export interface PlannedRun {
  corpus: PlannedCorpus;
  settings: RunSettings;
  examples: ExamplesPerText;
  find: Find;
}

/** The work of a run that is to be done, and whether the T5 that it trains on the corpus is there. */
export async function planWork(run: PlannedRun): Promise<{ work: Work; hasBase: boolean }> {
  const { corpus, settings } = run;
  const { train, test, classes } = corpus.summary;
  const { pretrainSteps, adaptSteps, model } = await planBase(run);
  const rare = classes.filter(({ kind }) => kind === 'rare');
  const branches = await Promise.all(rare.map((each) => planBranch(run, each, model)));
  const records = sumBy(branches, ({ wanted }) => wanted);
  const { minLength, maxLength } = settings.generate;
  const work = {
    rows: corpus.rows,
    train,
    test,
    pretrainSteps,
    adaptSteps,
    branches,
    tokens: { least: records * minLength, most: records * maxLength },
    classifierWords: await planEvaluation(run, records),
  };
  return { work, hasBase: model !== UNKNOWN };
}

/** Asks a stage how much it would do, unless its result is there, which is looked for where it is known what it starts from. */
async function ask<P extends object, S, K>(
  find: Find,
  stage: PlannableStage<P, S, K>,
  parameters: P,
  known: K,
): Promise<{ work: number; model: ModelFiles }> {
  const isUnknown = 'model' in parameters && parameters.model === UNKNOWN;
  const found = isUnknown ? undefined : await find(stage, parameters);
  return found ? { work: 0, model: modelOf(found) } : { work: stage.work(parameters, known), model: UNKNOWN };
}

async function planBase({ corpus, settings, examples, find }: PlannedRun) {
  const { files, summary } = corpus;
  const learnt = of.pagesForModels(files).bytes / files['train.jsonl']!.bytes;
  const sizes = summary.classes.map(({ train }) => train * learnt);
  const { fineTune: usual, pretrain: first = usual, adapt: second = usual } = examples;
  let [model, pretrainSteps, adaptSteps] = [UNKNOWN, 0, 0];
  if (typeof settings.model !== 'string') {
    const parameters = of.pretrainParameters(corpus, settings.model);
    ({ work: pretrainSteps, model } = await ask(find, pretrain, parameters, { sizes, ...first }));
  }
  if (settings.adapt) {
    const parameters = of.adaptParameters(model, corpus, settings.adapt, settings.generate);
    ({ work: adaptSteps, model } = await ask(find, adapt, parameters, { sizes, ...second }));
  }
  return { model, pretrainSteps, adaptSteps };
}

async function planBranch(
  { corpus, settings, examples, find }: PlannedRun,
  prepared: PreparedClass,
  base: ModelFiles,
): Promise<BranchWork> {
  const { name, train } = prepared;
  const wanted = of.recordsWanted(settings.generate, corpus, prepared);
  const rare = of.rareClass(corpus, prepared);
  if (wanted === 0) return { class: name, train, steps: 0, wanted, shards: [] };
  const texts = { ...examples.fineTune, sizes: [rare.texts.records ?? train] };
  const tuned = await ask(find, fineTune, of.fineTuneParameters(rare, base, settings), texts);
  const prompts = { from: 0, to: promptsFor(wanted, settings.generate) };
  const shards: number[] = [];
  for (const shard of splitIntoShards(prompts, promptsPerShard(settings.generate, wanted))) {
    const parameters = of.generateParameters(rare, tuned.model, settings.generate, shard);
    const { work } = await ask(find, generate, parameters, undefined);
    if (work > 0) shards.push(work);
  }
  return { class: name, train, steps: tuned.work, wanted, shards };
}

async function planEvaluation(
  { corpus, settings, find }: PlannedRun,
  records: number,
): Promise<Work['classifierWords']> {
  const words = {
    sizes: corpus.summary.classes.map(({ train }) => train),
    wordsPerText: corpus.wordsPerText,
    generated: records * settings.generate.maxLength * WORDS_A_TOKEN,
  };
  const baselines: number[] = [];
  const amount = of.chooseAmountParameters(corpus, settings, []);
  const generated = amount && records > 0 ? chooseAmount.work(amount, words) : [];
  for (const method of settings.evaluation.methods) {
    const parameters = of.evaluateParameters(method, corpus, settings, []);
    if (usesGenerated(method)) generated.push(evaluate.work(parameters, words));
    else baselines.push((await ask(find, evaluate, parameters, words)).work);
  }
  return { baselines: baselines.filter((read) => read > 0), generated };
}
