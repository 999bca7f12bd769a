/** The work of a run in numbers: steps, batches, words. Pure: from a survey and settings. */
import { sum } from '../arithmetic/sums.ts';
import { promptsPerShard, splitIntoShards } from '../balancing/shards.ts';
import { firstRound, missingRecords } from '../balancing/target.ts';
import { type Method, usesGenerated } from '../evaluation/methods.ts';
import { trialShare } from '../evaluation/tuning.ts';
import type { AdaptSettings, RunSettings } from '../settings/settings.ts';

export interface PlannedClass {
  name: string;
  kind: 'frequent' | 'rare';
  train: number;
  test: number;
}

/** How many examples a text gives. */
export interface ExamplesPerText {
  fineTune: number;
  pretrain?: number;
  adapt?: number;
}

export interface BranchWork {
  class: string;
  train: number;
  /** Training steps. */
  steps: number;
  /** Records to generate, and the batches of each shard. */
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

/** Words of a token, in English. */
const WORDS_A_TOKEN = 0.7;

/**
 * @param corpus.rows rows of the source
 * @param corpus.wordsPerText of a cleaned text
 */
export function plannedWork(
  corpus: { rows: number; classes: readonly PlannedClass[]; wordsPerText: number },
  settings: RunSettings,
  examples: ExamplesPerText,
): Work {
  const { classes } = corpus;
  const sizes = classes.map(({ train }) => train);
  const train = sum(sizes);
  const steps = (texts: number, perText: number, training: { epochs: number; batchSize: number }) =>
    training.epochs * Math.ceil((texts * perText) / training.batchSize);
  const branches = classes
    .filter(({ kind }) => kind === 'rare')
    .map(({ name, train: own }) => {
      const wanted = missingRecords(settings.generate.target, own, sizes);
      return {
        class: name,
        train: own,
        steps: wanted === 0 ? 0 : steps(own, examples.fineTune, settings.fineTune),
        wanted,
        shards: shardBatches(wanted, settings.generate),
      };
    });
  const records = sum(branches.map(({ wanted }) => wanted));
  const { model, adapt, generate } = settings;
  return {
    rows: corpus.rows,
    train,
    test: sum(classes.map(({ test }) => test)),
    pretrainSteps:
      typeof model === 'string' ? 0 : steps(train, examples.pretrain ?? examples.fineTune, model),
    adaptSteps: adapt ? steps(adaptedRecords(sizes, adapt), examples.adapt ?? examples.fineTune, adapt) : 0,
    branches,
    tokens: { least: records * generate.minLength, most: records * generate.maxLength },
    classifierWords: classifierWords(corpus, branches, settings),
  };
}

/** Training records that the adaptation learns. */
const adaptedRecords = (sizes: readonly number[], { recordsPerClass }: AdaptSettings): number =>
  sum(sizes.map((size) => Math.min(size, recordsPerClass ?? size)));

function shardBatches(wanted: number, generate: RunSettings['generate']): number[] {
  return splitIntoShards(
    { from: 0, to: firstRound(wanted, generate) },
    promptsPerShard(generate, wanted),
  ).map(({ from, to }) => Math.ceil((to - from) / generate.batchSize));
}

function classifierWords(
  { classes, wordsPerText }: { classes: readonly PlannedClass[]; wordsPerText: number },
  branches: readonly BranchWork[],
  { classifier, evaluation, generate }: RunSettings,
): Work['classifierWords'] {
  const sizes = classes.map(({ train }) => train);
  const generated = sum(branches.map(({ wanted }) => wanted));
  const balanced = classes.map(
    ({ name, train }) => train + (branches.find((branch) => branch.class === name)?.wanted ?? 0),
  );
  const whole = (counts: readonly number[]) => Math.max(...counts) * counts.length;
  const largest = whole(balanced) * wordsPerText;
  const regular = sum(sizes) * wordsPerText;
  const full = whole(sizes) * wordsPerText;
  /** Words of an epoch. */
  const own: Record<Method, number> = {
    regular,
    fileOrder: regular,
    undersample: Math.min(...sizes) * sizes.length * wordsPerText,
    oversample: full,
    weighted: regular,
    priorAdjusted: regular,
    wordEdits: full,
    markov: full,
    generated: regular + generated * generate.maxLength * WORDS_A_TOKEN,
    generatedOversample: largest,
  };
  const spent = (method: Method) => {
    return (
      (evaluation.seeds + (usesGenerated(method) ? 0 : evaluation.splits - 1)) *
      classifier.epoch *
      sum(
        evaluation.protocols.map((protocol) => {
          if (protocol === 'tuned') return largest * tuningShare(evaluation);
          const words = protocol === 'paper' ? own[method] : largest;
          // Its shift is chosen by a training on a part of the records.
          return words * (method === 'priorAdjusted' ? 2 - evaluation.validation : 1);
        }),
      )
    );
  };
  return {
    baselines: evaluation.methods.filter((method) => !usesGenerated(method)).map(spent),
    generated: evaluation.methods.filter(usesGenerated).map(spent),
  };
}

/** The trials of `tuned` and the training that follows, at the most, in shares of the largest method's updates. */
function tuningShare({ tuningUpdates, tuningRates, validation }: RunSettings['evaluation']): number {
  const efforts = tuningUpdates.length * tuningRates.length;
  const trials = sum(tuningUpdates) * tuningRates.length * trialShare(efforts);
  return trials * (1 - validation) + Math.max(...tuningUpdates);
}
