/**
 * Every setting of a run. The check of the input, the command line's help and `docs/settings.md` come from this schema.
 * The defaults are the `paper` preset: the published method to the letter (docs/method.md).
 */
import { z } from 'zod';
import { classes, cleaning, columns, csv, duplicates, split } from './corpus-settings.ts';
import { classifier, evaluation, type fastText } from './evaluation-settings.ts';
import { choice, name, path, share } from './fields.ts';
import { adapt, filter, fineTune, generate, model } from './model-settings.ts';

export const PRESET_NAMES = ['paper', 'recommended'] as const;

const onFailedBranch = z.strictObject({
  wait: z
    .string()
    .regex(
      /^\d{1,7}(\.\d{1,3})? (second|minute|hour|day)s?$/,
      'a number and second, minute, hour or day, as in "7 days"',
    )
    .refine((wait) => !/^\d{5,}.* days?$/.test(wait) && Number.parseFloat(wait) > 0, {
      message: 'a branch waits for more than 0 seconds and less than 10,000 days',
    })
    .default('7 days')
    .describe('How long a failed branch waits for a person.'),
  then: choice(['skip', 'fail'], 'skip').describe(
    'What happens when nobody decided: leave the class as it is, or fail the run.',
  ),
});

const refresh = z.strictObject({
  previous: z
    .union([z.literal('latest'), name()])
    .nullable()
    .default('latest')
    .describe(
      'Finished run of the same dataset whose work this one reuses and that it is compared with: the latest, the id of one, or null for none.',
    ),
  retrainAbove: share(0.05).describe(
    "Share of a class's training records that must have been added, removed or changed since its model was trained for it to be trained again; up to it the model and the records generated with it are kept.",
  ),
  trainFrom: choice(['base', 'previous'], 'base').describe(
    'What a class that is trained again starts from: the same T5 as all, or its previous model.',
  ),
  alertBelow: share(0.02).describe(
    'Drop of the macro F1 of Generated against the previous run beyond which the run is marked as needing attention.',
  ),
});

/** The input of `balanceDataset`: everything but `source` has a default. */
export const settingsSchema = z.strictObject({
  source: z
    .union([path(), z.array(path()).min(1).max(1000)])
    .describe('Path, glob, file:// or s3:// address of the dataset; a list is concatenated.'),
  columns: columns.prefault({}).describe('Names of the columns.'),
  csv: csv.prefault({}).describe('Dialect of CSV files and encoding of text files.'),
  maxRejected: share(0.05).describe(
    'Share of rows that may be set aside as unreadable before the run fails.',
  ),
  sourceSelection: choice(['all', 'newest'], 'all').describe(
    'What is taken of a glob or folder: all its files, or the one that was written last. With newest, a name under which no file lies is the beginning of names.',
  ),
  dataset: z
    .string()
    .max(200)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'letters, digits, spaces, dots, dashes and underscores')
    .optional()
    .describe(
      'Name of the dataset; runs of one name are refreshes of each other. By default it follows from the source and the column of the class.',
    ),
  preset: choice(PRESET_NAMES, 'paper').describe(
    'The named set of all the other defaults: paper is the published method, recommended what we would do ourselves.',
  ),
  cleaning: cleaning.prefault({}).describe('Steps of the cleaning.'),
  language: z
    .literal('eng')
    .nullable()
    .default('eng')
    .describe('Language to keep; null switches the filter off.'),
  languageDetector: choice(['franc', 'eld'], 'franc').describe(
    'What predicts the language: function words and franc, or eld.',
  ),
  duplicates: duplicates.prefault({}).describe('Pages that repeat others.'),
  classes: classes.prefault({}).describe('Which classes are kept and which of them are balanced.'),
  split: split.prefault({}).describe('The hold-out.'),
  model: model.default('google-t5/t5-base').describe('The T5 to start from.'),
  adapt,
  fineTune: fineTune.prefault({}).describe('Fine-tuning of one T5 per rare class.'),
  generate: generate.prefault({}).describe('Generation of new records.'),
  filter: filter.prefault({}).describe('What becomes of degenerate, duplicate and copied records.'),
  classifier: classifier
    .prefault({})
    .describe("The classifier that judges the methods; names are fastText's."),
  evaluation: evaluation.prefault({}).describe('How the methods are compared.'),
  onFailedBranch: onFailedBranch
    .prefault({})
    .describe('What happens to a branch that has used up its attempts.'),
  refresh: refresh.prefault({}).describe('What a run reuses of the previous run of its dataset.'),
});

/** What a user may write. */
export type RunInput = z.input<typeof settingsSchema>;
/** The same with every default filled in. */
export type RunSettings = z.output<typeof settingsSchema>;
export type ColumnSettings = RunSettings['columns'];
export type CsvSettings = RunSettings['csv'];
export type DuplicateSettings = RunSettings['duplicates'];
export type CleaningSettings = RunSettings['cleaning'];
export type ClassSettings = RunSettings['classes'];
export type SplitSettings = RunSettings['split'];
export type ModelSettings = RunSettings['model'];
export type ScratchModelSettings = Exclude<ModelSettings, string>;
export type TrainingSettings = RunSettings['fineTune'];
export type AdaptSettings = NonNullable<RunSettings['adapt']>;
export type GenerateSettings = RunSettings['generate'];
export type FilterSettings = RunSettings['filter'];
export type ClassifierSettings = RunSettings['classifier'];
/** What makes a fastText model, beside its seed and training records. */
export type FastTextSettings = z.output<typeof fastText>;
export type EvaluationSettings = RunSettings['evaluation'];
export type Protocol = EvaluationSettings['protocols'][number];
