/** Schemas of evaluation results, as written by stages and in the report. */
import { z } from 'zod';
import { PROTOCOLS } from '../settings/evaluation-settings.ts';
import { METHODS } from '../settings/method-table.ts';

/** A whole number from 0. */
export const count = (help: string) => z.int().min(0).describe(help);
/** A number from 0 to 1. */
export const share = (help: string) => z.number().min(0).max(1).describe(help);

export const interval = z.strictObject({ low: z.number(), high: z.number() });
export type Interval = z.output<typeof interval>;

/** A difference, first less second, with its 95 % interval. A single seed does not suffice: then p is 1 and any is possible. */
const difference = interval.extend({
  difference: z.number(),
  p: share('Probability of such a difference between equals, over other seeds and other test records.'),
});
export type Difference = z.output<typeof difference>;

const corrected = difference.extend({ correctedP: share('Corrected for the number of pairs (Holm).') });
export type CorrectedDifference = z.output<typeof corrected>;

export const pairSchema = z
  .strictObject({
    first: z.enum(METHODS),
    second: z.enum(METHODS),
    splits: count('Splits that they were compared over; absent where it was the one of the run.').optional(),
    microF1: corrected,
    macroF1: corrected,
  })
  .meta({ id: 'pair', description: 'Two methods, first less second. With one seed p is 1.' });
export type PairComparison = z.output<typeof pairSchema>;

export const tuningSchema = z
  .strictObject({ over: z.enum(PROTOCOLS), microF1: difference, macroF1: difference })
  .describe('What tuning the classifier is worth: Regular by tuned, less Regular by another protocol.');
export type TuningGain = z.output<typeof tuningSchema>;

/** A figure of the generated records, and of real ones. */
const both = <T extends z.ZodType>(value: T) => z.strictObject({ generated: value, real: value });

const distinct = share('Distinct n-grams as a share of all.');
const diversity = z.strictObject({
  distinct1: distinct,
  distinct2: distinct,
  distinct3: distinct,
  selfBleu: z.number(),
});
export type Diversity = z.output<typeof diversity>;

const vocabulary = z.strictObject({
  generated: count('Distinct words of these records.'),
  real: count('Distinct words of the other real records.'),
  unknown: share('Share of the words that no other record has.'),
  covered: share("Share of the others' words that some of these has."),
  divergence: z.number().describe('Jensen-Shannon divergence in bits.'),
});
export type VocabularyComparison = z.output<typeof vocabulary>;

const lengths = z.strictObject({ mean: z.number(), p5: z.number(), median: z.number(), p95: z.number() });
export type Lengths = z.output<typeof lengths>;

const likeness = z.strictObject({
  sample: count('Records of each kind.'),
  diversity: both(diversity),
  novelty: both(share('Share of the runs of 4 words that no other training record has.')),
  vocabulary: both(vocabulary).describe('Against the other real records.'),
});
/** Each text is cut to the shortest that it is compared with; how real records differ is the yardstick. */
export type Likeness = z.output<typeof likeness>;

const ids = z.array(z.string()).describe('Ids of some of the generated ones.');

export const auditSchema = z
  .strictObject({
    repeatsTest: z
      .strictObject({
        generated: count('Generated records.'),
        beyondTraining: count('Of these, such as cannot have it from any page that their model has read.'),
        real: count('Training records of the class that do so.'),
        realBeyondOthers: count('Of these, such as cannot have it from any other page it has read.'),
        examples: ids,
      })
      .describe('Records that share a long run of words with a test record, or are nearly one.'),
    copies: z
      .strictObject({
        generated: count('Generated records.'),
        whole: count('The whole text.'),
        passages: count('A long run of words.'),
        examples: ids,
      })
      .describe('Generated records that copy a training record of their class.'),
    likeness: likeness
      .optional()
      .describe('Generated and real records beside other real ones; absent where there are too few.'),
    length: both(lengths).optional().describe('Words of a record.'),
  })
  .meta({ id: 'audit', description: 'What the generated records of a class are worth.' });
export type ReportedAudit = z.output<typeof auditSchema>;
