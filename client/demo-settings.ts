import type { RunInput } from '../lib/settings/settings.ts';

/** Seed and size of the demo corpus. */
export const DEMO_CORPUS = { seed: 42, pages: 6000 };

/** Settings of the demo: the preset `recommended`, and fewer of its methods. */
export function demoSettings(source: string): RunInput {
  return {
    source,
    preset: 'recommended',
    model: { scratch: 'tiny' },
    evaluation: {
      seeds: 5,
      methods: ['regular', 'oversample', 'wordEdits', 'generated', 'generatedOversample'],
    },
  };
}
