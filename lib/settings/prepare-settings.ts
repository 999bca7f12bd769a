import type { RunSettings } from './settings.ts';

/** Exactly the settings that the prepare stage depends on: they are part of its cache key. */
export type PrepareSettings = Pick<RunSettings, (typeof FIELDS)[number]> & {
  /** Share of the training records held back from all models to choose the amount on. */
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
