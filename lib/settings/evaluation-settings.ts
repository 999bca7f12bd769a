import { z } from 'zod';
import { choice, count, number, rate, seed } from './fields.ts';
import { METHODS } from './method-table.ts';

export const fastText = z.strictObject({
  dim: count(90, 4096).describe('Size of the word vectors.'),
  epoch: count(14, 10_000).describe('Passes over the training records.'),
  lr: rate().default(0.05).describe('Initial learning rate, decaying linearly to 0.'),
  lrUpdateRate: count(100, 1_000_000_000).describe('Tokens between two updates of the learning rate.'),
  minCount: count(1, 1_000_000_000).describe('Words seen less often are left out.'),
  minn: count(0, 100, 0).describe('Shortest character n-gram; 0 for none.'),
  maxn: count(0, 100, 0).describe('Longest character n-gram; 0 for none.'),
  wordNgrams: count(1, 100).describe('Longest word n-gram.'),
  bucket: count(2_000_000, 100_000_000, 0).describe('Hash buckets of the n-grams.'),
  ws: count(5, 1000).describe(
    "Window of fastText's unsupervised modes; kept so that its settings can be given unchanged.",
  ),
  neg: count(5, 1000).describe('Labels that each label is trained against with the ns loss.'),
  t: rate().default(1e-4).describe("Sampling threshold of fastText's unsupervised modes."),
  loss: choice(['softmax', 'ova', 'hs', 'ns'], 'softmax').describe(
    'Loss of the classifier. softmax: one distribution over all classes. ova: one classifier per class. hs: a tree of the classes, for very many. ns: each class against a few others.',
  ),
});

export const classifier = fastText.extend({
  kind: choice(['fasttext', 'logisticRegression'], 'fasttext').describe(
    "Which classifier judges. fasttext: fastText's supervised mode. logisticRegression: multinomial, on TF-IDF; of the settings below it takes C, the others are fastText's.",
  ),
  C: number(1, z.gt(0), z.lte(1e9)).describe(
    "Inverse strength of logisticRegression's penalty; the name is scikit-learn's.",
  ),
  thread: count(1, 256).describe(
    "Taken as fastText's flag, and passed over: a classifier trains with one thread, whatever the number.",
  ),
});

/** How much the classifier may spend on a method; lib/evaluation/protocols.ts says what each one means. */
export const PROTOCOLS = ['paper', 'equal-updates', 'tuned'] as const;

/** Names that each stand there once. */
const names = <const N extends readonly string[]>(known: N, what: string) =>
  z
    .array(z.enum(known))
    .min(1)
    .refine((given) => new Set(given).size === given.length, { message: `a ${what} stands there twice` });

export const evaluation = z.strictObject({
  methods: names(METHODS, 'method')
    .default(['regular', 'undersample', 'oversample', 'generated', 'generatedOversample'])
    .describe('Methods to compare; docs/classifiers.md says what each one does.'),
  protocols: names(PROTOCOLS, 'protocol')
    .default([...PROTOCOLS])
    .describe(
      "Budgets that every method is evaluated with; the run's metrics are those of the first. paper: the classifier's epochs. equal-updates: as many updates as the largest method gets. tuned: epochs and learning rate chosen for each method on a part of its training records.",
    ),
  seeds: count(1, 100).describe(
    'How many seeds every method is evaluated with; the metrics are their means. Differences are tested from two on; five tell much more.',
  ),
  seed: seed(),
  splits: count(1, 100).describe(
    'Random splits of training and test records that differences between methods without generated records are tested over, each with one seed; 1 takes the split of the run alone.',
  ),
  undersamplePercentile: number(0, z.gte(0), z.lte(100)).describe(
    'Percentile of the class sizes to which Undersample cuts the larger classes; 0 is the smallest.',
  ),
  validation: number(0.15, z.gt(0), z.lt(1)).describe(
    'Share of the training records on which tuned compares its trials, and generate.target auto its amounts.',
  ),
  tuningUpdates: z
    .array(rate())
    .min(1)
    .max(20)
    .default([0.25])
    .describe("Updates that tuned tries, as shares of the largest method's."),
  tuningRates: z
    .array(z.number().gt(0).max(10_000))
    .min(1)
    .max(20)
    .default([4, 16, 40])
    .describe("Learning rates that tuned tries, as multiples of the classifier's."),
  resamples: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('Taken from inputs of 0.1 and passed over: intervals and tests no longer come from draws.'),
});
