/** The work of a run in numbers: steps, batches, words. Pure: from a survey and settings. */
import { sum } from '../arithmetic/sums.ts';
import { promptsPerShard, splitIntoShards } from '../balancing/shards.ts';
import { AUTO_MULTIPLES, firstRound, missingRecords } from '../balancing/target.ts';
import type { SplitClass } from '../corpus/split.ts';
import { BALANCING_METHODS, isBaseMethod } from '../evaluation/balancing-methods.ts';
import { type Method, usesGenerated } from '../evaluation/methods.ts';
import { seedsToChoose, trialShare } from '../evaluation/tuning.ts';
import type { ClassifierSettings, GenerateSettings, RunSettings } from '../settings/settings.ts';
import { settingsToChoose } from '../stages/choose-amount.ts';

export interface PlannedCorpus {
  rows: number;
  classes: readonly SplitClass[];
  /** Of a cleaned text. */
  wordsPerText: number;
}

/** How many examples a text gives; for other trainings as for `fineTune` unless they are there. */
export type ExamplesPerText = { fineTune: number } & Partial<
  Record<'pretrain' | 'adapt', number | undefined>
>;

export interface TrainingSpeed {
  secondsPerStep: number;
  examplesPerText: number;
}

export interface ModelSpeed {
  fineTune: TrainingSpeed;
  /** Training from random weights, and the tokenizer that it needs. */
  pretrain?: TrainingSpeed & { tokenizerSeconds: number };
  adapt?: TrainingSpeed;
  /** Seconds for a batch of prompts decoded to `generate.maxLength`, with as many at once as a stage decodes. */
  secondsPerBatch: number;
  /** Resident memory of a process that trains, and of one that generates, in bytes. */
  trainingBytes: number;
  generationBytes: number;
}

/** As they were measured. */
export const examplesPerText = ({ fineTune, pretrain, adapt }: ModelSpeed): ExamplesPerText => ({
  fineTune: fineTune.examplesPerText,
  pretrain: pretrain?.examplesPerText,
  adapt: adapt?.examplesPerText,
});

export interface BranchWork {
  class: string;
  train: number;
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

/** What is left to do for a corpus, before anything is found in the store. */
export function plannedWork(corpus: PlannedCorpus, settings: RunSettings, examples: ExamplesPerText): Work {
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
        shards: firstShards(wanted, settings.generate).map(({ from, to }) =>
          Math.ceil((to - from) / settings.generate.batchSize),
        ),
      };
    });
  const records = sum(branches.map(({ wanted }) => wanted));
  const { model, adapt, generate } = settings;
  const adapted = sum(sizes.map((size) => Math.min(size, adapt?.recordsPerClass ?? size)));
  return {
    rows: corpus.rows,
    train,
    test: sum(classes.map(({ test }) => test)),
    pretrainSteps:
      typeof model === 'string' ? 0 : steps(train, examples.pretrain ?? examples.fineTune, model),
    adaptSteps: adapt ? steps(adapted, examples.adapt ?? examples.fineTune, adapt) : 0,
    branches,
    tokens: { least: records * generate.minLength, most: records * generate.maxLength },
    classifierWords: classifierWords(corpus, branches, settings),
  };
}

/** The shards of a class's first round of generation. */
export const firstShards = (wanted: number, generate: GenerateSettings) =>
  splitIntoShards({ from: 0, to: firstRound(wanted, generate) }, promptsPerShard(generate, wanted));

/** How often a training reads each record; logistic regression goes on to its optimum, however long that takes. */
export const passesOf = ({ kind, epoch }: ClassifierSettings): number =>
  kind === 'logisticRegression' ? 1 : epoch;

function classifierWords(
  { classes, wordsPerText }: PlannedCorpus,
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
    selected: full,
    generated: regular + generated * generate.maxLength * WORDS_A_TOKEN,
    generatedOversample: largest,
    generatedSelected: largest,
  };
  const hasEffort = classifier.kind !== 'logisticRegression';
  const spent = (method: Method, { protocols, seeds } = evaluation) => {
    const ofThisSplit = isBaseMethod(method) ? seeds : seedsToChoose(seeds);
    const rounds = ofThisSplit + (usesGenerated(method) ? 0 : evaluation.splits - 1);
    const searches = isBaseMethod(method) ? 1 : BALANCING_METHODS[method].selectsFrom.length;
    const words = protocols.map((protocol) => {
      if (protocol === 'tuned' && hasEffort) return largest * tuningShare(evaluation, searches);
      // What Prior-adjusted shifts by, and what is selected, is chosen by trainings on a part of the records.
      const isSearched = method === 'priorAdjusted' || searches > 1;
      const trainings = 1 + (isSearched ? searches * (1 - evaluation.validation) : 0);
      return (protocol === 'equal-updates' && hasEffort ? largest : own[method]) * trainings;
    });
    return rounds * passesOf(classifier) * sum(words);
  };
  const amounts = generate.target === 'auto' ? AUTO_MULTIPLES : [];
  return {
    baselines: evaluation.methods.filter((method) => !usesGenerated(method)).map((method) => spent(method)),
    generated: [
      ...amounts.map(() => spent('generatedOversample', settingsToChoose(evaluation))),
      ...evaluation.methods.filter(usesGenerated).map((method) => spent(method)),
    ],
  };
}

/** The trials of `tuned` and the training that follows, at the most, in shares of the largest method's updates. */
function tuningShare(
  { tuningUpdates, tuningRates, validation }: RunSettings['evaluation'],
  searches: number,
): number {
  const efforts = tuningUpdates.length * tuningRates.length;
  const trials = sum(tuningUpdates) * tuningRates.length * trialShare(efforts);
  return searches * trials * (1 - validation) + Math.max(...tuningUpdates);
}
