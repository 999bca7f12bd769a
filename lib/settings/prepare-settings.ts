import type { RunSettings } from './settings.ts';

/** The settings that the prepare stage depends on, and no other: its results are kept under them. */
export type PrepareSettings = Pick<RunSettings, (typeof FIELDS)[number]> & {
  /** Share of the training records that no model learns from, where an amount is chosen on them. */
  validation?: number;
};

const FIELDS = [
  'columns',
  'csv',
  'maxRejected',
  'cleaning',
  'language',
  'languageDetector',
  'duplicates',
  'classes',
  'split',
] as const satisfies readonly (keyof RunSettings)[];

/** The prepare stage's part of a run's settings. */
export function prepareSettings(settings: RunSettings): PrepareSettings {
  const { generate, evaluation } = settings;
  return {
    ...(Object.fromEntries(FIELDS.map((field) => [field, settings[field]])) as PrepareSettings),
    ...(generate.target === 'auto' && { validation: evaluation.validation }),
  };
}
