/** One walk along the DAG of a run: how much each stage would do, and what of it the store has. Nothing is run. */
import { sumBy } from '../arithmetic/sums.ts';
import { promptsPerShard, splitIntoShards } from '../balancing/shards.ts';
import { firstRound } from '../balancing/target.ts';
import { usesGenerated } from '../evaluation/methods.ts';
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

type Trainings = 'fineTune' | 'pretrain' | 'adapt';
/** How many examples a text gives; for other trainings as for `fineTune` unless they are there. */
export type ExamplesPerText = { [Each in Trainings]?: { examplesPerText: number } } & {
  fineTune: { examplesPerText: number };
};

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

export interface PlannedWork {
  work: Work;
  /** What of it the store has not. */
  left: Work;
  /** Whether the T5 that was trained on the corpus is there; by rare class its model, and how many of its shards. */
  base: boolean;
  branches: Record<string, { trained: boolean; shards: number }>;
}

/** Looks a stage's result up. */
export type Find = <P, S>(stage: Stage<P, S>, parameters: P) => Promise<StageResult<S> | undefined>;

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

/** What a stage would do, what of that is left, and the model that it has made. */
interface Step {
  work: number;
  left: number;
  model: ModelFiles;
}

const NO_STEP: Step = { work: 0, left: 0, model: UNKNOWN };

/** Plans a run of a corpus that is prepared. */
export async function planWork(planned: PlannedRun): Promise<PlannedWork> {
  const { corpus, settings } = planned;
  const { train, test, classes } = corpus.summary;
  const base = await planBase(planned);
  const rare = classes.filter(({ kind }) => kind === 'rare');
  const branches = await Promise.all(rare.map((each) => planBranch(planned, each, base.model)));
  const records = sumBy(branches, ({ work }) => work.wanted);
  const { minLength, maxLength } = settings.generate;
  const wordsOf = await planEvaluation(planned, records);
  const total = (part: 'work' | 'left'): Work => ({
    rows: corpus.rows,
    train,
    test,
    pretrainSteps: base.pretrain[part],
    adaptSteps: base.adapt[part],
    branches: branches.map((branch) => branch[part]),
    tokens: { least: records * minLength, most: records * maxLength },
    classifierWords: wordsOf(part),
  });
  return {
    work: total('work'),
    left: total('left'),
    base: base.model !== UNKNOWN,
    branches: Object.fromEntries(branches.map(({ work, found }) => [work.class, found])),
  };
}

/** Asks a stage how much it would do, and looks for its result where all that it starts from is known. */
async function ask<P extends object, S, K>(
  stage: PlannableStage<P, S, K>,
  parameters: P,
  known: K,
  find: Find,
): Promise<Step> {
  const work = stage.work(parameters, known);
  const isUnknown = 'model' in parameters && parameters.model === UNKNOWN;
  const found = isUnknown ? undefined : await find(stage, parameters);
  return { work, left: found ? 0 : work, model: found ? modelOf(found) : UNKNOWN };
}

async function planBase({ corpus, settings, examples, find }: PlannedRun) {
  const { files, summary } = corpus;
  const learnt = of.learnable(files).bytes / files['train.jsonl']!.bytes;
  const texts = (training: Trainings) => ({
    sizes: summary.classes.map(({ train }) => train * learnt),
    ...(examples[training] ?? examples.fineTune),
  });
  const { model, adapt: adapting, generate: generating } = settings;
  const pretrained =
    typeof model === 'string'
      ? NO_STEP
      : await ask(pretrain, of.pretrainParameters(corpus, model), texts('pretrain'), find);
  if (!adapting) return { pretrain: pretrained, adapt: NO_STEP, model: pretrained.model };
  const parameters = of.adaptParameters(pretrained.model, corpus, adapting, generating);
  const adapted = await ask(adapt, parameters, texts('adapt'), find);
  return { pretrain: pretrained, adapt: adapted, model: adapted.model };
}

async function planBranch(
  { corpus, settings, examples, find }: PlannedRun,
  prepared: PreparedClass,
  base: ModelFiles,
) {
  const { name, train } = prepared;
  const wanted = of.recordsWanted(settings.generate, corpus, prepared);
  const rare = of.rareClass(corpus, prepared);
  const texts = { ...examples.fineTune, sizes: [rare.texts.records ?? train] };
  const parameters = of.fineTuneParameters(rare, base, settings);
  const tuned = wanted === 0 ? NO_STEP : await ask(fineTune, parameters, texts, find);
  const shards: Step[] = [];
  const prompts = { from: 0, to: firstRound(wanted, settings.generate) };
  for (const shard of splitIntoShards(prompts, promptsPerShard(settings.generate, wanted)))
    shards.push(
      await ask(
        generate,
        of.generateParameters(rare, tuned.model, settings.generate, shard),
        undefined,
        find,
      ),
    );
  const total = (part: 'work' | 'left'): BranchWork => ({
    class: name,
    train,
    steps: tuned[part],
    wanted,
    shards: shards.map((shard) => shard[part]).filter((batches) => batches > 0),
  });
  const [work, left] = [total('work'), total('left')];
  const found = { trained: tuned.model !== UNKNOWN, shards: work.shards.length - left.shards.length };
  return { work, left, found };
}

async function planEvaluation({ corpus, settings, find }: PlannedRun, records: number) {
  const words = {
    sizes: corpus.summary.classes.map(({ train }) => train),
    wordsPerText: corpus.wordsPerText,
    generated: records * settings.generate.maxLength * WORDS_A_TOKEN,
  };
  const baselines: Step[] = [];
  const amount = of.chooseAmountParameters(corpus, settings, []);
  const generated = amount && records > 0 ? chooseAmount.work(amount, words) : [];
  for (const method of settings.evaluation.methods) {
    const parameters = of.evaluateParameters(method, corpus, settings, []);
    if (usesGenerated(method)) generated.push(evaluate.work(parameters, words));
    else baselines.push(await ask(evaluate, parameters, words, find));
  }
  return (part: 'work' | 'left'): Work['classifierWords'] => ({
    baselines: baselines.map((step) => step[part]).filter((read) => read > 0),
    generated,
  });
}
