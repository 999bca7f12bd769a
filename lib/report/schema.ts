/**
 * The data of a report: what `report.json` holds, and all that the page, the charts and the dataset card are made of.
 *
 * `docs/report.schema.json` is made from this schema. Another finding (an audit, a comparison with an earlier run)
 * becomes an optional field here and a section of the page.
 */
import { z } from 'zod';

const count = (help: string) => z.int().min(0).describe(help);
const share = (help: string) => z.number().min(0).max(1).describe(help);
const byClass = <T extends z.ZodType>(value: T, help: string) => z.record(z.string(), value).describe(help);

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

const method = z
  .strictObject({
    records: count('Records trained on, draws counted.'),
    microF1: share('F1 over all test records: the share that is classified right.'),
    macroF1: share('Mean of the classes’ F1, each class counting alike.'),
    weightedF1: share('Mean of the classes’ F1, weighted by their test records.'),
    rareRecall: share('Mean recall of the rare classes; absent where there is none.').optional(),
    frequentRecall: share('Mean recall of the frequent classes; absent where there is none.').optional(),
    recall: byClass(share('Recall.'), 'Recall by class.'),
    precision: byClass(share('Precision.'), 'Precision by class.'),
    f1: byClass(share('F1.'), 'F1 by class.'),
    margins: margins.optional(),
    confusion: z
      .strictObject({ labels: z.array(z.string()), counts: z.array(z.array(z.int().min(0))) })
      .describe('counts[t][p]: test records of class t taken for class p, summed over the seeds.'),
    perSeed: z
      .array(
        z.strictObject({
          seed: count('Seed.'),
          microF1: share('Micro F1.'),
          macroF1: share('Macro F1.'),
          weightedF1: share('Weighted F1.'),
        }),
      )
      .describe('The overall figures of each seed.'),
  })
  .meta({ id: 'method', description: 'How one method did; the figures are means over the seeds.' });

const generatedText = z.strictObject({
  prompt: z.string().describe('What the model was given.'),
  text: z.string().describe('What it wrote, shortened.'),
});

const branch = z
  .strictObject({
    wanted: count('Records to generate.'),
    reason: z.string().optional().describe('Why the branch was skipped.'),
    dropped: z
      .record(z.string(), z.int().min(0))
      .describe('Generated records that the filter dropped, by reason.'),
    losses: z
      .array(z.strictObject({ step: z.number().min(0), loss: z.number() }))
      .describe('Loss of the fine-tuning, averaged over at most 100 stretches of steps.'),
    samples: z
      .strictObject({
        real: z.array(z.string()).describe('Training records, shortened.'),
        generated: z.array(generatedText).describe('Generated records that were kept.'),
        dropped: z
          .array(generatedText.extend({ reason: z.string() }))
          .describe('Generated records that the filter dropped.'),
      })
      .describe('A random handful each; empty beyond the first 20 rare classes.'),
  })
  .meta({ id: 'branch', description: 'What the branch of a rare class did.' });

const classFigures = z
  .strictObject({
    kind: z.enum(['frequent', 'rare']),
    train: count('Training records before balancing.'),
    test: count('Held-out records.'),
    generated: count('Generated records added to the training records.'),
    state: z.enum(['kept', 'balanced', 'partly balanced', 'skipped']),
    branch: branch.optional(),
  })
  .meta({ id: 'class', description: 'One class.' });

const droppedSample = z.strictObject({ id: z.string(), label: z.string(), text: z.string() });

const cleaning = z
  .strictObject({
    read: count('Rows of the source.'),
    rejected: z.record(z.string(), z.int()).describe('Rows that could not be taken as records, by reason.'),
    mended: z.record(z.string(), z.int()).describe('Records in which something was put right, by what.'),
    unknownLanguage: byClass(z.int(), 'Records kept although their language could not be told.'),
    mergedLabels: z.array(z.strictObject({ from: z.string(), to: z.string(), records: z.int() })),
    conflicts: count('Records whose text stands under another label too.'),
    dropped: z
      .record(z.string(), z.record(z.string(), z.int()))
      .describe(
        'Records left out, by reason and class; beyond the largest classes of each reason as "(others)".',
      ),
    samples: z.record(z.string(), z.array(droppedSample)).describe('A few records of each reason.'),
    train: count('Training records.'),
    test: count('Held-out records.'),
  })
  .describe('What became of the rows of the source.');

const provenance = z
  .strictObject({
    sources: z.array(z.strictObject({ digest: z.string(), bytes: z.int().min(0) })),
    model: z.string().describe('The T5 that the branches started from.'),
    settings: z.record(z.string(), z.unknown()).describe('All settings; paths without their folders.'),
    seeds: z.strictObject({
      split: z.int(),
      fineTune: z.int(),
      generate: z.int(),
      evaluation: z.array(z.int()),
    }),
    inputs: z
      .record(z.string(), z.string())
      .describe('Digests of the artifacts that the report is made from.'),
    versions: z.record(z.string(), z.string()).describe('Versions of the programs.'),
  })
  .describe('Where the figures come from.');

export const OUTCOMES = ['best', 'even', 'second best', 'worse', 'not generated'] as const;

const verdict = z.strictObject({
  outcome: z
    .enum(OUTCOMES)
    .describe(
      'best: no method without generated records reaches their macro F1; even: the difference to the best of them cannot be told from chance; second best: better than Regular, but another method is better still; worse: no better than Regular; not generated: there is nothing to judge.',
    ),
  sentence: z.string(),
  cautions: z.array(z.string()).describe('What to bear in mind, one sentence or two each.'),
});

const methods = z
  .strictObject({
    regular: method.optional(),
    undersample: method.optional(),
    oversample: method.optional(),
    generated: method.optional(),
    generatedOversample: method.optional(),
  })
  .describe('The methods that were compared.');

export const reportSchema = z
  .strictObject({
    reportVersion: z.literal(1),
    dataset: z.string().describe('Name of the dataset.'),
    verdict: verdict.describe('What balancing with generated records was worth.'),
    methods,
    classes: byClass(classFigures, 'Every class.'),
    cleaning,
    provenance,
  })
  .describe('Report of a Counterpoise run.');

export type Report = z.output<typeof reportSchema>;
export type Verdict = Report['verdict'];
export type Outcome = Verdict['outcome'];
export type ReportedMethod = z.output<typeof method>;
export type ReportedClass = z.output<typeof classFigures>;
export type ReportedBranch = z.output<typeof branch>;
export type Cleaning = z.output<typeof cleaning>;
export type Provenance = z.output<typeof provenance>;

/** The JSON Schema of `report.json`, as it is published. */
export function reportJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema);
  return `${JSON.stringify({ $schema, title: 'report.json of Counterpoise', ...schema }, null, 2)}\n`;
}
