/**
 * The data of a report: what `report.json` holds, and all that the page, the charts and the dataset card are made of.
 *
 * `docs/report.schema.json` is made from this schema. Another finding becomes an optional field here and a section of
 * the page.
 */
import { z } from 'zod';
import { auditSchema, count, type PairComparison, tuningSchema } from '../evaluation/finding-schemas.ts';
import { runComparisonSchema } from '../runs/run-comparison-schema.ts';
import { PROTOCOLS } from '../settings/evaluation-settings.ts';
import { METHODS, type Method } from '../settings/method-table.ts';
import { comparisonSchema, type methodSchema, methodsSchema, protocolsSchema } from './evaluation-schema.ts';

const text = (help: string) => z.string().describe(help);
const optionalText = (help: string) => z.string().optional().describe(help);
/** An object with a value for each class, or for each of other names. */
const byName = <T extends z.ZodType>(value: T, help: string) => z.record(z.string(), value).describe(help);

const generatedText = z.strictObject({
  prompt: text('What the model was given.'),
  text: text('What it wrote, shortened.'),
});
const strategyCounts = z.strictObject({
  judged: count('Answers that the filter judged.'),
  kept: count('Records of them.'),
});

const branch = z
  .strictObject({
    wanted: count('Records to generate.'),
    reason: optionalText('Why the branch was skipped.'),
    kept: count('Records that passed the filter; absent where all of them are used.').optional(),
    dropped: byName(z.int().min(0), 'Generated records that the filter dropped, by reason.'),
    strategies: byName(strategyCounts, 'What each strategy brought; absent with prompts alone.').optional(),
    learnt: z
      .strictObject({ before: z.number(), lastEpoch: z.number() })
      .optional()
      .describe("Mean loss of the class's examples before the fine-tuning and in its last epoch."),
    losses: z
      .array(z.strictObject({ step: z.number().min(0), loss: z.number() }))
      .describe('Loss of the fine-tuning, averaged over at most 100 stretches of steps.'),
    samples: z
      .strictObject({
        real: z.array(z.string()),
        generated: z.array(generatedText),
        dropped: z.array(generatedText.extend({ reason: z.string() })),
      })
      .describe('A handful of training, kept and dropped records each, of the first 20 rare classes.'),
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
    passedOver: z.array(z.string()).describe('Files that are empty or, by their names, no datasets.'),
    read: count('Rows of the source.'),
    rejected: byName(z.int(), 'Rows that could not be taken as records, by reason.'),
    repaired: byName(z.int(), 'Records in which something was put right, by what.'),
    unknownLanguage: byName(z.int(), 'Records kept although their language could not be detected.'),
    mergedLabels: z.array(z.strictObject({ from: z.string(), to: z.string(), records: z.int() })),
    conflicts: count('Records whose text stands under another label too.'),
    moved: count('Records put on the other side of the split, so that their class has some on both.'),
    dropped: byName(z.record(z.string(), z.int()), 'By reason and class, the smaller classes as "(others)".'),
    samples: byName(z.array(droppedSample), 'A few dropped records of each reason.'),
    train: count('Training records.'),
    test: count('Held-out records.'),
  })
  .describe('What became of the rows of the source.');

const startedAt = text('ISO 8601.');
const seconds = (help: string) => z.number().min(0).describe(help);

const step = z
  .strictObject({
    step: z.string(),
    class: z.string().optional().describe('Of the branch that it belongs to.'),
    startedAt,
    seconds: seconds('By the clock, of the attempt that finished it.'),
    machines: z.array(z.int().min(0)).describe('Where it ran: places in the list of machines.'),
  })
  .describe('What a step took when it was made, in this run or in the earlier one whose work was reused.');

const machine = z.strictObject({
  cpu: z.string(),
  cores: count('Processors that a process may use.'),
  memory: count("Bytes: the machine's, or the limit of the container."),
  node: text('Version of Node.'),
  platform: text('Operating system and architecture.'),
});

const provenance = z
  .strictObject({
    sources: z.array(z.strictObject({ digest: z.string(), bytes: z.int().min(0) })),
    model: text('The T5 that the branches started from.'),
    settings: z.record(z.string(), z.unknown()).describe('All settings; paths without their folders.'),
    seeds: z.strictObject({
      split: z.int(),
      fineTune: z.int(),
      generate: z.int(),
      evaluation: z.array(z.int()),
    }),
    inputs: byName(z.string(), 'Digests of the artifacts that the report is made from.'),
    versions: byName(z.string(), 'Versions of the programs.'),
    run: z
      .strictObject({ startedAt, seconds: seconds('By the clock, while at least one step was at work.') })
      .optional()
      .describe('All steps together, up to this report; absent where no step tells what it took.'),
    steps: z.array(step).describe('In the order in which they began; the report itself is none of them.'),
    machines: z.array(machine),
  })
  .describe('Where the figures come from.');

const amount = z
  .strictObject({
    times: z.number().describe('The multiple of the real records that is used, of every rare class.'),
    validation: count('Records that the amounts were compared on; no model has read them.'),
    tried: z
      .array(z.strictObject({ times: z.number(), macroF1: z.number() }))
      .describe('Generated + Oversample with each amount.'),
  })
  .describe('How many generated records are used; of generate.target auto alone.');

export const OUTCOMES = ['best', 'even', 'second best', 'worse', 'not generated'] as const;

const verdictStep = z.strictObject({
  method: z.enum(METHODS),
  over: z.enum(METHODS),
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  told: z.boolean().describe('Whether it is more than chance.'),
});

const verdict = z.strictObject({
  protocol: z.enum(PROTOCOLS).describe('The fairest of the protocols, by which it is judged.'),
  outcome: z
    .enum(OUTCOMES)
    .describe(
      'best: generated records make a method better, and no method without them reaches it; even: the best methods with and without them cannot be told apart; second best: they make a method better, but another without them is better still; worse: a method without them is better, and they make none better; not generated: there are none.',
    ),
  recommended: z.enum(METHODS).optional().describe('The method to use; absent where one seed cannot tell.'),
  steps: z
    .array(verdictStep)
    .optional()
    .describe('What tuning (Regular over Regular), balancing and generated records are worth in macro F1.'),
  sentence: text('What to do.'),
  grounds: optionalText('What each step is worth, and the figures; absent with nothing to compare.'),
  paper: optionalText('What the published protocol would have said, where that is something else.'),
  cautions: z.array(z.string()).describe('What to bear in mind, one sentence or two each.'),
});

export const reportSchema = z
  .strictObject({
    reportVersion: z.literal(2),
    dataset: text('Name of the dataset.'),
    verdict: verdict.describe('What to do with the dataset.'),
    methods: methodsSchema,
    protocols: protocolsSchema,
    comparison: comparisonSchema,
    tuning: tuningSchema.optional(),
    classes: byName(classFigures, 'Every class.'),
    amount: amount.optional(),
    audit: byName(auditSchema, 'The generated records of each rare class.'),
    previousRun: runComparisonSchema.optional(),
    cleaning,
    provenance,
  })
  .describe('Report of a Counterpoise run.');

export type Report = z.output<typeof reportSchema>;
export type Verdict = Report['verdict'];
export type Outcome = Verdict['outcome'];
export type VerdictStep = z.output<typeof verdictStep>;
export type ReportedMethod = z.output<typeof methodSchema>;
export type ReportedClass = z.output<typeof classFigures>;
export type ReportedMethods = Partial<Record<Method, ReportedMethod>>;
export type { PairComparison as ReportedPair };
export type ReportedBranch = z.output<typeof branch>;
export type Cleaning = z.output<typeof cleaning>;
export type Machine = z.output<typeof machine>;
export type Provenance = z.output<typeof provenance>;

/** The JSON Schema of `report.json`, as it is published. */
export function reportJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema);
  return `${JSON.stringify({ $schema, title: 'report.json of Counterpoise', ...schema }, null, 2)}\n`;
}
