import { z } from 'zod';
import { choice, count, number, rate, seed } from './fields.ts';
import { METHODS } from './method-table.ts';

export const fastText = z.strictObject({
  dim: count(90, 4096).describe('Size of the word vectors.'),
  epoch: count(14, 10_000).describe('Epochs over the training records.'),
  lr: rate().default(0.05).describe('Initial learning rate, decaying linearly to 0.'),
  lrUpdateRate: count(100, 1_000_000_000).describe('Tokens between two updates of the learning rate.'),
  minCount: count(1, 1_000_000_000).describe('Minimum count of a word; rarer words are ignored.'),
  minn: count(0, 100, 0).describe('Shortest character n-gram; 0 for none.'),
  maxn: count(0, 100, 0).describe('Longest character n-gram; 0 for none.'),
  wordNgrams: count(1, 100).describe('Longest word n-gram.'),
  bucket: count(2_000_000, 100_000_000, 0).describe('Hash buckets of the n-grams.'),
  ws: count(5, 1000).describe(
    "Context window of fastText's unsupervised modes; accepted so that fastText settings can be used unchanged.",
  ),
  neg: count(5, 1000).describe('Negative labels sampled per label with the ns loss.'),
  t: rate().default(1e-4).describe("Sampling threshold of fastText's unsupervised modes."),
  loss: choice(['softmax', 'ova', 'hs', 'ns'], 'softmax').describe(
    'Loss of the classifier. softmax: one distribution over all classes. ova: one classifier per class. hs: hierarchical softmax, for very many classes. ns: negative sampling.',
  ),
});

export const classifier = fastText.extend({
  kind: choice(['fasttext', 'logisticRegression'], 'fasttext').describe(
    "Classifier that the methods are evaluated with. fasttext: fastText's supervised mode. logisticRegression: multinomial, on TF-IDF; it uses only C of the settings below, the others are fastText's.",
  ),
  C: number(1, z.gt(0), z.lte(1e9)).describe(
    'Inverse regularisation strength of logisticRegression, as in scikit-learn.',
  ),
  thread: count(1, 256).describe(
    "Accepted as fastText's flag, but ignored: a classifier always trains with one thread.",
  ),
});

/** Training budgets of the classifier; defined in lib/evaluation/protocols.ts. */
export const PROTOCOLS = ['paper', 'equal-updates', 'tuned'] as const;

/** A list of distinct names. */
const names = <const N extends readonly string[]>(known: N, what: string) =>
  z
    .array(z.enum(known))
    .min(1)
    .refine((given) => new Set(given).size === given.length, { message: `a ${what} is listed twice` });

export const evaluation = z.strictObject({
  methods: names(METHODS, 'method')
    .default(['regular', 'undersample', 'oversample', 'generated', 'generatedOversample'])
    .describe('Methods to compare; described in docs/classifiers.md.'),
  protocols: names(PROTOCOLS, 'protocol')
    .default([...PROTOCOLS])
    .describe(
      "Training budgets that every method is evaluated with; the run's metrics are those of the first. paper: the classifier's epochs. equal-updates: as many updates as the largest method gets. tuned: epochs and learning rate chosen per method on validation records.",
    ),
  seeds: count(1, 100).describe(
    'Number of seeds that every method is evaluated with; metrics are their means. Significance tests need at least two; five are much better.',
  ),
  seed: seed(),
  splits: count(1, 100).describe(
    'Random train/test splits, one seed each, over which methods without generated records are compared; 1 uses only the split of the run.',
  ),
  undersamplePercentile: number(0, z.gte(0), z.lte(100)).describe(
    'Percentile of class sizes to which Undersample cuts larger classes; 0 is the smallest.',
  ),
  validation: number(0.15, z.gt(0), z.lt(1)).describe(
    'Share of the training records used for validation by tuned and by generate.target auto.',
  ),
  tuningUpdates: z
    .array(rate())
    .min(1)
    .max(20)
    .default([0.25])
    .describe("Numbers of updates that tuned tries, as shares of the largest method's."),
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
    .describe('Accepted from inputs of 0.1, but ignored: intervals and tests no longer use resampling.'),
});
