import type { RunSettings } from './settings.ts';

/** The settings that the prepare stage depends on, and no other: its results are kept under them. */
export type PrepareSettings = Pick<RunSettings, (typeof FIELDS)[number]>;

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
  return Object.fromEntries(FIELDS.map((field) => [field, settings[field]])) as PrepareSettings;
}
