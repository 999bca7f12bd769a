/** The part of the report's schema that holds how the methods did, how they compare, and what generated records are worth. */
import { z } from 'zod';
import { METHODS } from '../evaluation/methods.ts';

/** A whole number from 0. */
export const count = (help: string) => z.int().min(0).describe(help);
/** A number from 0 to 1. */
export const share = (help: string) => z.number().min(0).max(1).describe(help);
/** An object with a value for each class. */
export const perClass = <T extends z.ZodType>(value: T, help: string) =>
  z.record(z.string(), value).describe(help);

export const PROTOCOLS = ['paper', 'equal-updates', 'tuned'] as const;

const byMethod = <T extends z.ZodType>(value: T) => optionalFields(METHODS, value);
const byProtocol = <T extends z.ZodType>(value: T) => optionalFields(PROTOCOLS, value);

/** An object that may have any of these fields and no other. */
function optionalFields<N extends string, T extends z.ZodType>(names: readonly N[], value: T) {
  const fields = Object.fromEntries(names.map((name) => [name, value.optional()]));
  return z.strictObject(fields as Record<N, z.ZodOptional<T>>);
}

const overall = {
  microF1: share('F1 over all test records: the share that is classified right.'),
  macroF1: share("Mean of the classes' F1, each class counting alike."),
  weightedF1: share("Mean of the classes' F1, weighted by their test records."),
};

const recall = perClass(share('Recall.'), 'Recall by class.');

const margins = z
  .strictObject({
    microF1: z.number(),
    macroF1: z.number(),
    weightedF1: z.number(),
    rareRecall: z.number().optional(),
    frequentRecall: z.number().optional(),
    recall: perClass(z.number(), 'By class.'),
  })
  .describe(
    "Half the width of each mean's 95 % interval, over other seeds and other test records; absent where there is one seed.",
  );

export const methodSchema = z
  .strictObject({
    records: count('Records trained on in an epoch, draws counted.'),
    priorStrength: z
      .number()
      .optional()
      .describe(
        'Share of the log priors that was taken off, mean over the seeds; only where a method does so.',
      ),
    effort: z
      .strictObject({ epochs: z.number().min(0), learningRate: z.number().min(0) })
      .optional()
      .describe('What the classifier spent, mean over the seeds; absent where it goes on to its optimum.'),
    ...overall,
    rareRecall: share('Mean recall of the rare classes; absent where there is none.').optional(),
    frequentRecall: share('Mean recall of the frequent classes; absent where there is none.').optional(),
    recall,
    precision: perClass(share('Precision.'), 'Precision by class.'),
    f1: perClass(share('F1.'), 'F1 by class.'),
    margins: margins.optional(),
    confusion: z
      .strictObject({ labels: z.array(z.string()), counts: z.array(z.array(z.int().min(0))) })
      .describe('counts[t][p]: test records of class t taken for class p, summed over the seeds.'),
    perSeed: z
      .array(z.strictObject({ seed: count('Seed.'), ...overall }))
      .describe('The overall figures of each seed.'),
  })
  .meta({ id: 'method', description: 'How one method did; the figures are means over the seeds.' });

/** The figures that the result of a run has too. */
export const methodsSchema = byMethod(z.strictObject({ ...overall, recall })).describe(
  "By the first of the protocols, as in the run's result.",
);

export const protocolsSchema = byProtocol(byMethod(methodSchema)).describe(
  'By every protocol. paper: as many epochs for each method; equal-updates: as many updates as the largest method; tuned: epochs and learning rate chosen for each method.',
);

const interval = z.strictObject({ low: z.number(), high: z.number() });
const pValues = {
  p: share('Probability of such a difference between equals, over other seeds and other test records.'),
};
const difference = interval.extend({ difference: z.number(), ...pValues });
const corrected = difference.extend({
  correctedP: share('The same, corrected for the number of pairs (Holm).'),
});

export const pairSchema = z
  .strictObject({
    first: z.enum(METHODS),
    second: z.enum(METHODS),
    splits: count('Splits that they were compared over; absent where it was the one of the run.').optional(),
    microF1: corrected,
    macroF1: corrected,
  })
  .meta({
    id: 'pair',
    description: 'Two methods compared, first less second. With one seed p is 1 and any difference possible.',
  });

export const comparisonSchema = byProtocol(
  z
    .strictObject({
      intervals: byMethod(z.strictObject({ microF1: interval, macroF1: interval, weightedF1: interval })),
      pairs: z.array(pairSchema),
    })
    .meta({
      id: 'comparison',
      description:
        '95 % intervals (for two seeds or more) and differences, over other seeds and test records.',
    }),
).describe('Which differences between the methods are more than chance.');

export const tuningSchema = z
  .strictObject({ over: z.enum(PROTOCOLS), microF1: difference, macroF1: difference })
  .describe('What tuning the classifier is worth: Regular by tuned, less Regular by another protocol.');

/** A figure of the generated records, and the same of real ones. */
const both = <T extends z.ZodType>(value: T) => z.strictObject({ generated: value, real: value });

const distinct = share('Distinct n-grams as a share of all.');
const diversity = z.strictObject({
  distinct1: distinct,
  distinct2: distinct,
  distinct3: distinct,
  selfBleu: z.number(),
});
const vocabulary = z.strictObject({
  generated: count('Distinct words of these records.'),
  real: count('Distinct words of the other real records.'),
  unknown: share('Share of the words that no other record has.'),
  covered: share("Share of the others' words that some of these has."),
  divergence: z.number().describe('Jensen-Shannon divergence in bits.'),
});
const lengths = z.strictObject({ mean: z.number(), p5: z.number(), median: z.number(), p95: z.number() });
const ids = z.array(z.string()).describe('Ids of some of the generated ones.');

export const auditSchema = z
  .strictObject({
    repeatsTest: z
      .strictObject({
        generated: count('Generated records.'),
        beyondTraining: count('Of these, such as cannot have it from any page that their model has read.'),
        real: count('Training records of the class that do so.'),
        realBeyondOthers: count(
          'Of these, such as cannot have it from any other page that the model has read.',
        ),
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
    likeness: z
      .strictObject({
        sample: count('Records of each kind.'),
        diversity: both(diversity),
        novelty: both(share('Share of the runs of 4 words that no other training record has.')),
        vocabulary: both(vocabulary).describe('Against the other real records.'),
      })
      .optional()
      .describe(
        'Generated records, and as many real ones, beside as many other real ones, at equal lengths; absent where there are too few.',
      ),
    length: both(lengths).optional().describe('Words of a record.'),
  })
  .meta({ id: 'audit', description: 'What the generated records of a class are worth.' });
