/**
 * Every setting of a run. Input validation, command-line help and `docs/settings.md` are generated from this schema.
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
      'a number and a unit (second, minute, hour or day), as in "7 days"',
    )
    .refine((wait) => !/^\d{5,}.* days?$/.test(wait) && Number.parseFloat(wait) > 0, {
      message: 'a branch waits for more than 0 seconds and less than 10,000 days',
    })
    .default('7 days')
    .describe('How long a failed branch waits for a person.'),
  then: choice(['skip', 'fail'], 'skip').describe(
    'What happens if nobody decides: leave the class as it is, or fail the run.',
  ),
});

const refresh = z.strictObject({
  previous: z
    .union([z.literal('latest'), name()])
    .nullable()
    .default('latest')
    .describe(
      'Finished run of the same dataset to reuse and compare with: the latest, a run id, or null for none.',
    ),
  retrainAbove: share(0.05).describe(
    'Retrain a class if more than this share of its training records was added, removed or changed since its model was trained; otherwise keep the model and its generated records.',
  ),
  trainFrom: choice(['base', 'previous'], 'base').describe(
    'What a retrained class starts from: the shared T5, or its previous model.',
  ),
  alertBelow: share(0.02).describe(
    'Drop in macro F1 of Generated since the previous run beyond which the run is flagged as needing attention.',
  ),
});

/** The input of `balanceDataset`: everything but `source` has a default. */
export const settingsSchema = z.strictObject({
  source: z
    .union([path(), z.array(path()).min(1).max(1000)])
    .describe('Path, glob, file:// or s3:// address of the dataset; a list is concatenated.'),
  columns: columns.prefault({}).describe('Names of the columns.'),
  csv: csv.prefault({}).describe('Dialect of CSV files and encoding of text files.'),
  maxRejected: share(0.05).describe('Maximum share of unreadable rows before the run fails.'),
  sourceSelection: choice(['all', 'newest'], 'all').describe(
    'Which files of a glob or folder to read: all, or the most recently written. With newest, a path without a file is treated as a prefix.',
  ),
  dataset: z
    .string()
    .max(200)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'letters, digits, spaces, dots, dashes and underscores')
    .optional()
    .describe(
      'Name of the dataset; runs with the same name are refreshes of each other. Derived from the source and the label column by default.',
    ),
  preset: choice(PRESET_NAMES, 'paper').describe(
    'Named set of defaults for all other settings: paper is the published method, recommended our own choice.',
  ),
  cleaning: cleaning.prefault({}).describe('Cleaning steps.'),
  language: z
    .literal('eng')
    .nullable()
    .default('eng')
    .describe('Language to keep; null switches the filter off.'),
  languageDetector: choice(['franc', 'eld'], 'franc').describe(
    'Language detector: function words and franc, or eld.',
  ),
  duplicates: duplicates.prefault({}).describe('Duplicate pages.'),
  classes: classes.prefault({}).describe('Which classes are kept and which of them are balanced.'),
  split: split.prefault({}).describe('The train/test split.'),
  model: model.default('google-t5/t5-base').describe('The T5 to start from.'),
  adapt,
  fineTune: fineTune.prefault({}).describe('Fine-tuning of one T5 per rare class.'),
  generate: generate.prefault({}).describe('Generation of new records.'),
  filter: filter.prefault({}).describe('The filter of generated records.'),
  classifier: classifier
    .prefault({})
    .describe("The classifier that the methods are evaluated with; names are fastText's."),
  evaluation: evaluation.prefault({}).describe('How the methods are compared.'),
  onFailedBranch: onFailedBranch.prefault({}).describe('What happens to a branch that is out of attempts.'),
  refresh: refresh.prefault({}).describe('What a run reuses from the previous run of its dataset.'),
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
/** The hyperparameters of a fastText model. */
export type FastTextSettings = z.output<typeof fastText>;
export type EvaluationSettings = RunSettings['evaluation'];
export type Protocol = EvaluationSettings['protocols'][number];
