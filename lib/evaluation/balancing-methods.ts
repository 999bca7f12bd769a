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
  /** The same method without generated records, against which it shows what these are worth. */
  counterpart?: Method;
}

/** What a balancing method does with the training records. What it leaves out, it leaves as it is. */
export interface BalancingMethod extends AnyMethod {
  /** Records that it makes itself, from training records alone. */
  makeRecords?: (training: readonly Page[], random: Random) => Page[];
  /** The records of an epoch, by number, in this order. */
  draw: (
    labels: readonly string[],
    random: Random,
    settings: Pick<EvaluationSettings, 'undersamplePercentile'>,
  ) => Int32Array;
  /** How much the records of each class count, from how many there are of each. */
  classWeights?: (sizes: ReadonlyMap<string, number>) => Map<string, number>;
  /** Shares of the classes' log priors to take off their log probabilities; validation records choose one. */
  priorStrengths?: readonly number[];
}

/** Uses the one of these methods that does best on validation records. */
export interface SelectingMethod extends AnyMethod {
  selectsFrom: readonly BaseMethod[];
}

export type BaseMethod = Exclude<Method, 'selected' | 'generatedSelected'>;

/** What `selected` chooses from: nothing, more of the same, and records in other words. */
const SELECTABLE = ['regular', 'oversample', 'wordEdits', 'markov'] as const;

/** Every method by the name that settings give it, in the order of tables. */
export const BALANCING_METHODS: Readonly<Record<BaseMethod, BalancingMethod>> &
  Readonly<Record<Exclude<Method, BaseMethod>, SelectingMethod>> = {
  regular: { name: 'Regular', draw: inRandomOrder },
  /** Regular in the order of the file: what fastText makes of the file. */
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
  /** As Regular; then log priors are taken off (Menon et al. 2021, arXiv 2007.07314, post hoc logit adjustment). */
  priorAdjusted: {
    name: 'Prior-adjusted',
    draw: inRandomOrder,
    priorStrengths: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5],
  },
  /** Copies of the records of each class that have a few words edited, then Oversample. */
  wordEdits: {
    name: 'Word edits',
    makeRecords: (training, random) => makeUpToLargest(training, random, wordEditor),
    draw: oversample,
  },
  /** Records written from the word n-grams of each class, then Oversample. */
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
