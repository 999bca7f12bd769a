import type { RunInput } from '../lib/settings/settings.ts';

/** Seed and size of the demo corpus. */
export const DEMO_CORPUS = { seed: 42, pages: 6000 };

/** Settings of the demo: the preset `recommended`, with sizes that a laptop works through in minutes. */
export function demoSettings(source: string): RunInput {
  return {
    source,
    preset: 'recommended',
    model: { scratch: 'tiny', epochs: 0 },
    adapt: { epochs: 4, recordsPerClass: 200, learningRate: 4e-3 },
    fineTune: { epochs: 10, learningRate: 4e-3, batchSize: 8 },
    generate: { target: { times: 2 }, strategies: { sketch: 0, infill: 1 } },
    evaluation: {
      seeds: 5,
      protocols: ['tuned', 'equal-updates'],
      methods: ['regular', 'oversample', 'wordEdits', 'generated', 'generatedOversample'],
    },
  };
}
