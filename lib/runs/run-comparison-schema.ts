/** Comparison of a run with the previous one of its dataset: `run-comparison.json`, and part of `report.json`. */
import { z } from 'zod';
import { interval, share } from '../evaluation/finding-schemas.ts';

const records = z.int().min(0);

const textChange = z.strictObject({
  before: records,
  after: records,
  added: records,
  removed: records,
  changed: records.describe('Records whose id stayed while their text or class did not.'),
  share: share('Added, removed and changed ones among all records of both.'),
});

/** Of each run; null if it did not have the class. */
const sides = z.strictObject({ before: z.int().nullable(), after: z.int().nullable() });
const figurePair = z.strictObject({
  before: z.number(),
  after: z.number(),
  change: z.number(),
  beforeInterval: interval.optional(),
  afterInterval: interval.optional(),
});
const recallPair = z.strictObject({ before: z.number().nullable(), after: z.number().nullable() });
const wordShare = z.strictObject({ word: z.string(), before: z.number(), after: z.number() });

export const runComparisonSchema = z
  .strictObject({
    previous: z.strictObject({ runId: z.string(), finishedAt: z.string() }),
    classes: z
      .array(
        z.strictObject({
          name: z.string(),
          train: sides,
          test: sides,
          change: textChange
            .optional()
            .describe("Of a rare class: since the records that the previous run's model has learnt from."),
        }),
      )
      .describe('Records of either run; null where a run did not have the class.'),
    methods: z
      .record(
        z.string(),
        z.strictObject({
          microF1: figurePair,
          macroF1: figurePair,
          recall: z.record(z.string(), recallPair),
        }),
      )
      .describe('Figures of either run, with 95 % intervals where there were two seeds or more.'),
    corpus: textChange.describe('All training records.'),
    vocabulary: z.strictObject({
      divergence: share('Jensen-Shannon divergence of the words, in bits.'),
      newWords: share('Share of the words that did not occur before.'),
      goneWords: share('Share of the words before that do not occur.'),
      risen: z.array(wordShare),
      fallen: z.array(wordShare),
    }),
    keptModels: z.array(z.string()).describe('Rare classes whose model was kept.'),
    trainedAgain: z.array(z.string()).describe('Rare classes of the previous run that were trained again.'),
    attention: z.string().optional().describe('Why the run needs attention.'),
  })
  .describe('This run beside the previous one of its dataset; absent where there is none.');

export type RunComparison = z.output<typeof runComparisonSchema>;
export type FigurePair = z.output<typeof figurePair>;
export type TextChange = z.output<typeof textChange>;
export type VocabularyDrift = RunComparison['vocabulary'];
