/** The part of the report's schema that holds how the methods did, how they compare, and what generated records are worth. */
import { z } from 'zod';
import { METHODS } from '../evaluation/methods.ts';

/** A whole number from 0. */
export const count = (help: string) => z.int().min(0).describe(help);
/** A number from 0 to 1. */
export const share = (help: string) => z.number().min(0).max(1).describe(help);
/** An object with a value for each class. */
export const byClass = <T extends z.ZodType>(value: T, help: string) =>
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

const recall = byClass(share('Recall.'), 'Recall by class.');

const margins = z
  .strictObject({
    microF1: z.number(),
    macroF1: z.number(),
    weightedF1: z.number(),
    rareRecall: z.number().optional(),
    frequentRecall: z.number().optional(),
    recall: byClass(z.number(), 'By class.'),
  })
  .describe(
    "Half the width of each mean's 95 % interval over the seeds (Student's t); absent where there is one seed.",
  );

export const methodSchema = z
  .strictObject({
    records: count('Records trained on in an epoch, draws counted.'),
    effort: z
      .strictObject({ epochs: z.number().min(0), learningRate: z.number().min(0) })
      .optional()
      .describe('What the classifier spent, mean over the seeds; absent where it goes on to its optimum.'),
    ...overall,
    rareRecall: share('Mean recall of the rare classes; absent where there is none.').optional(),
    frequentRecall: share('Mean recall of the frequent classes; absent where there is none.').optional(),
    recall,
    precision: byClass(share('Precision.'), 'Precision by class.'),
    f1: byClass(share('F1.'), 'F1 by class.'),
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
  p: share('Probability of such a difference between equals.'),
  correctedP: share('The same, corrected for the number of pairs (Holm).'),
};
const difference = interval.extend({ difference: z.number(), ...pValues });

export const pairSchema = z
  .strictObject({
    first: z.enum(METHODS),
    second: z.enum(METHODS),
    microF1: difference,
    macroF1: difference,
    mcnemar: z
      .strictObject({
        onlyFirst: count('Test records that only the first gets right.'),
        onlySecond: count('Test records that only the second gets right.'),
        ...pValues,
      })
      .describe("McNemar's exact test."),
  })
  .meta({ id: 'pair', description: 'Two methods compared, first less second.' });

export const comparisonSchema = byProtocol(
  z
    .strictObject({
      intervals: byMethod(z.strictObject({ microF1: interval, macroF1: interval, weightedF1: interval })),
      pairs: z.array(pairSchema),
    })
    .meta({
      id: 'comparison',
      description: '95 % intervals and differences over draws of the test records.',
    }),
).describe('Which differences between the methods are more than chance.');

const distinct = share('Distinct n-grams as a share of all.');
const diversity = z.strictObject({
  distinct1: distinct,
  distinct2: distinct,
  distinct3: distinct,
  selfBleu: z.number(),
});
const lengths = z.strictObject({ mean: z.number(), p5: z.number(), median: z.number(), p95: z.number() });
const ids = z.array(z.string()).describe('Ids of some of the generated ones.');

export const auditSchema = z
  .strictObject({
    repeatsTest: z
      .strictObject({
        generated: count('Generated records.'),
        beyondTraining: count('Of these, such as cannot have it from a training record of their class.'),
        real: count('Training records of the class that do so.'),
        examples: ids,
      })
      .describe('Records that share a long run of words with a test record.'),
    copies: z
      .strictObject({
        generated: count('Generated records.'),
        whole: count('The whole text.'),
        passages: count('A long run of words.'),
        examples: ids,
      })
      .describe('Generated records that copy a training record of their class.'),
    sample: count('Records of either kind that the following is taken from.'),
    diversity: z.strictObject({ generated: diversity, real: diversity }).optional(),
    novelty: share('Share of the generated runs of 4 words that no training record has.').optional(),
    length: z.strictObject({ generated: lengths, real: lengths }).optional().describe('Words of a record.'),
    vocabulary: z
      .strictObject({
        generated: count('Distinct words of the generated sample.'),
        real: count('Distinct words of the real sample.'),
        unknown: share('Share of the generated words that no real text has.'),
        covered: share('Share of the real words that some generated text has.'),
        divergence: z.number().describe('Jensen-Shannon divergence in bits.'),
      })
      .optional(),
  })
  .meta({ id: 'audit', description: 'What the generated records of a class are worth.' });
