import { sum } from '../arithmetic/sums.ts';
import { MarkovCorpus } from '../balancing/markov.ts';
import { inRandomOrder, makeUpToLargest, oversample, undersample } from '../balancing/sampling.ts';
import { wordEditor } from '../balancing/word-edits.ts';
import type { Page } from '../corpus/page.ts';
import type { Random } from '../random/random.ts';
import type { METHODS } from '../settings/evaluation-settings.ts';
import type { EvaluationSettings } from '../settings/settings.ts';

export type Method = (typeof METHODS)[number];

interface AnyMethod {
  name: string;
  usesGenerated?: boolean;
  /** The same method without generated records, to measure their gain. */
  counterpart?: Method;
}

/** What a balancing method does with the training records; omitted steps change nothing. */
export interface BalancingMethod extends AnyMethod {
  /** Augmented records, from training records only. */
  makeRecords?: (training: readonly Page[], random: Random) => Page[];
  /** The record numbers of an epoch, in order. */
  draw: (
    labels: readonly string[],
    random: Random,
    settings: Pick<EvaluationSettings, 'undersamplePercentile'>,
  ) => Int32Array;
  /** Class weights from class counts. */
  classWeights?: (sizes: ReadonlyMap<string, number>) => Map<string, number>;
  /** Candidate shares of the class log priors to subtract from the log probabilities; chosen on validation records. */
  priorStrengths?: readonly number[];
}

/** Selects the best of these methods on validation records. */
export interface SelectingMethod extends AnyMethod {
  selectsFrom: readonly BaseMethod[];
}

export type BaseMethod = Exclude<Method, 'selected' | 'generatedSelected'>;

/** The candidates of `selected`: nothing, oversampling, and augmentation. */
const SELECTABLE = ['regular', 'oversample', 'wordEdits', 'markov'] as const;

/** Every method by its name in settings, in table order. */
export const BALANCING_METHODS: Readonly<Record<BaseMethod, BalancingMethod>> &
  Readonly<Record<Exclude<Method, BaseMethod>, SelectingMethod>> = {
  regular: { name: 'Regular', draw: inRandomOrder },
  /** Regular in file order, like fastText on the file. */
  fileOrder: { name: 'Regular, file order', draw: (labels) => Int32Array.from(labels.keys()) },
  undersample: {
    name: 'Undersample',
    draw: (labels, random, { undersamplePercentile }) => undersample(labels, random, undersamplePercentile),
  },
  oversample: { name: 'Oversample', draw: oversample },
  /** As Regular, each class with the same weight in total: scikit-learn's `class_weight="balanced"`. */
  weighted: {
    name: 'Weighted',
    draw: inRandomOrder,
    classWeights: (sizes) => {
      const records = sum(sizes.values());
      return new Map([...sizes].map(([label, size]) => [label, records / (sizes.size * size)]));
    },
  },
  /** As Regular; then subtracts log priors (Menon et al. 2021, arXiv 2007.07314, post hoc logit adjustment). */
  priorAdjusted: {
    name: 'Prior-adjusted',
    draw: inRandomOrder,
    priorStrengths: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5],
  },
  /** Copies of each class's records with a few words edited, then Oversample. */
  wordEdits: {
    name: 'Word edits',
    makeRecords: (training, random) => makeUpToLargest(training, random, wordEditor),
    draw: oversample,
  },
  /** Records generated from each class's word n-grams, then Oversample. */
  markov: {
    name: 'Markov',
    makeRecords: (training, random) => {
      const corpus = new MarkovCorpus(training.map(({ text }) => text));
      return makeUpToLargest(training, random, (texts) => corpus.generator(texts));
    },
    draw: oversample,
  },
  selected: { name: 'Selected', selectsFrom: SELECTABLE },
  generated: { name: 'Generated', usesGenerated: true, draw: inRandomOrder, counterpart: 'regular' },
  generatedOversample: {
    name: 'Generated + Oversample',
    usesGenerated: true,
    draw: oversample,
    counterpart: 'oversample',
  },
  generatedSelected: {
    name: 'Generated + Selected',
    usesGenerated: true,
    selectsFrom: SELECTABLE,
    counterpart: 'selected',
  },
};

/** Whether a method balances by itself. */
export const isBaseMethod = (method: Method): method is BaseMethod =>
  !('selectsFrom' in BALANCING_METHODS[method]);
