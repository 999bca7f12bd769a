import { quantile } from '../arithmetic/quantile.ts';
import { sum } from '../arithmetic/sums.ts';
import { MarkovCorpus } from '../balancing/markov.ts';
import { makeUpToLargest, oversample, undersample } from '../balancing/sampling.ts';
import { wordEditor } from '../balancing/word-edits.ts';
import type { Page } from '../corpus/page.ts';
import type { Random } from '../random/random.ts';
import type { Method } from '../settings/method-table.ts';
import type { EvaluationSettings } from '../settings/settings.ts';

interface AnyMethod {
  /** The same method without generated records, against which it shows what these are worth. */
  counterpart?: Method;
}

type DrawSettings = Pick<EvaluationSettings, 'undersamplePercentile'>;

/** The records of an epoch. */
interface Draw {
  /** Their numbers, in the order in which the classifier gets them. */
  order: (labels: readonly string[], random: Random, settings: DrawSettings) => Int32Array;
  /** How many they are of a class of this size, by which `plan` tells the time; it need not be whole. */
  size: (size: number, sizes: readonly number[], settings: DrawSettings) => number;
}

/** What a balancing method does with the training records. What it leaves out, it leaves as it is. */
export interface BalancingMethod extends AnyMethod {
  /** Augmented records, from training records only. */
  makeRecords?: (training: readonly Page[], random: Random) => Page[];
  /** Without it all records once, shuffled. */
  draw?: Draw;
  /** How much the records of each class count, from how many there are of each. */
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

const OVERSAMPLE: Draw = { order: oversample, size: (_, sizes) => Math.max(...sizes) };

/** Every method by the name that settings give it. */
export const BALANCING_METHODS: Readonly<Record<BaseMethod, BalancingMethod>> &
  Readonly<Record<Exclude<Method, BaseMethod>, SelectingMethod>> = {
  regular: {},
  /** Regular in the order of the file: what fastText makes of the file. */
  fileOrder: { draw: { order: (labels) => Int32Array.from(labels.keys()), size: (size) => size } },
  undersample: {
    draw: {
      order: (labels, random, { undersamplePercentile }) =>
        undersample(labels, random, undersamplePercentile),
      size: (_, sizes, { undersamplePercentile }) =>
        quantile(
          [...sizes].sort((a, b) => a - b),
          undersamplePercentile / 100,
        ),
    },
  },
  oversample: { draw: OVERSAMPLE },
  /** As Regular, each class with the same weight in total: scikit-learn's `class_weight="balanced"`. */
  weighted: {
    classWeights: (sizes) => {
      const records = sum(sizes.values());
      return new Map([...sizes].map(([label, size]) => [label, records / (sizes.size * size)]));
    },
  },
  /** As Regular; then subtracts log priors (Menon et al. 2021, arXiv 2007.07314, post hoc logit adjustment). */
  priorAdjusted: {
    priorStrengths: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5],
  },
  /** Copies of each class's records with a few words edited, then Oversample. */
  wordEdits: {
    makeRecords: (training, random) => makeUpToLargest(training, random, wordEditor),
    draw: OVERSAMPLE,
  },
  /** Records generated from each class's word n-grams, then Oversample. */
  markov: {
    makeRecords: (training, random) => {
      const corpus = new MarkovCorpus(training.map(({ text }) => text));
      return makeUpToLargest(training, random, (texts) => corpus.generator(texts));
    },
    draw: OVERSAMPLE,
  },
  selected: { selectsFrom: SELECTABLE },
  generated: { counterpart: 'regular' },
  generatedOversample: {
    draw: OVERSAMPLE,
    counterpart: 'oversample',
  },
  generatedSelected: {
    selectsFrom: SELECTABLE,
    counterpart: 'selected',
  },
};

/** Whether a method balances by itself. */
export const isBaseMethod = (method: Method): method is BaseMethod =>
  !('selectsFrom' in BALANCING_METHODS[method]);
