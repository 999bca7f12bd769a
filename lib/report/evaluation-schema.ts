/** The part of the report's schema that holds how the methods did, how they compare, and what generated records are worth. */
import { z } from 'zod';
import { count, interval, pairSchema, share } from '../evaluation/finding-schemas.ts';
import { PROTOCOLS } from '../settings/evaluation-settings.ts';
import { METHODS } from '../settings/method-table.ts';

/** An object that may have any of these fields and no other. */
function optionalFields<N extends string, T extends z.ZodType>(names: readonly N[], value: T) {
  const fields = Object.fromEntries(names.map((name) => [name, value.optional()]));
  return z.strictObject(fields as Record<N, z.ZodOptional<T>>);
}

const byMethod = <T extends z.ZodType>(value: T) => optionalFields(METHODS, value);
const byProtocol = <T extends z.ZodType>(value: T) => optionalFields(PROTOCOLS, value);
const byClass = (value: z.ZodType<number>, help: string) => z.record(z.string(), value).describe(help);

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
  .describe("Half the width of each mean's 95 % interval; absent where there is one seed.");

export const methodSchema = z
  .strictObject({
    records: count('Records trained on in an epoch, draws counted.'),
    selected: z.enum(METHODS).optional().describe('What a method that selects has selected.'),
    priorStrength: z.number().optional().describe('Share of the log priors that was taken off, if any.'),
    effort: z
      .strictObject({ epochs: z.number().min(0), learningRate: z.number().min(0) })
      .optional()
      .describe('What the classifier spent; absent where it goes on to its optimum.'),
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
    perSeed: z.array(z.strictObject({ seed: count('Seed.'), ...overall })),
  })
  .meta({ id: 'method', description: 'How one method did; the figures are means over the seeds.' });

export const methodsSchema = byMethod(z.strictObject({ ...overall, recall })).describe(
  "By the first of the protocols, as in the run's result.",
);

export const protocolsSchema = byProtocol(byMethod(methodSchema)).describe(
  'By every protocol. paper: as many epochs for each method; equal-updates: as many updates as the largest method; tuned: epochs and learning rate chosen for each method.',
);

export const comparisonSchema = byProtocol(
  z
    .strictObject({
      intervals: byMethod(z.strictObject({ microF1: interval, macroF1: interval, weightedF1: interval })),
      pairs: z.array(pairSchema),
    })
    .meta({ id: 'comparison', description: '95 % intervals, for two seeds or more, and differences.' }),
).describe('Which differences between the methods are more than chance.');
