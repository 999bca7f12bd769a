import type { RunInput } from '../lib/settings/settings.ts';

/** Seed and size of the demo corpus. */
export const DEMO_CORPUS = { seed: 42, pages: 6000 };

/** Settings of the demo: the published method, with sizes that a laptop works through in minutes. */
export function demoSettings(source: string): RunInput {
  return {
    source,
    classes: { frequent: 5, rare: 5, minRecords: 30 },
    model: { scratch: 'tiny', epochs: 2 },
    fineTune: { epochs: 3, learningRate: 5e-4, maxInputTokens: 64, maxTargetTokens: 64 },
    evaluation: { seeds: 5 },
    generate: { target: 150, numBeams: 2, minLength: 20, maxLength: 40, maxPromptTokens: 48, maxRounds: 1 },
  };
}
