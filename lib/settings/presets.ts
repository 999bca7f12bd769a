/** The preset `recommended` as data: what it has other than the defaults of the schema, which are the preset `paper`. */

import { isObject } from './fits.ts';
import { METHODS } from './method-table.ts';
import type { RunInput, ScratchModelSettings } from './settings.ts';

type Group = Omit<RunInput, 'source' | 'model'> & { model?: Partial<ScratchModelSettings> };

/** The defaults of `recommended` for any model, and those for one from random weights, adapted to the corpus, or as it is. */
export const RECOMMENDED: Record<'any' | 'scratch' | 'adapted' | 'pretrained', Group> = {
  any: {
    cleaning: { normalise: true },
    classes: { rareBelow: 0.2, minRecords: 30 },
    fineTune: { objective: 'strategies', batchSize: 16 },
    generate: {
      target: { times: 1 },
      strategies: { prompt: 0, sketch: 0.2, infill: 0.8 },
      batchSize: 32,
      numBeams: 1,
      noRepeatNgramSize: 0,
      minLength: 0,
      maxLength: 128,
      doSample: true,
      topK: 0,
      topP: 0.9,
      maxRounds: 6,
      spare: 0.5,
    },
    filter: { copyNgram: 0, nearDuplicates: 0.8, newWords: 0.1, label: 0.25, fluency: 0.01 },
    evaluation: {
      protocols: ['tuned', 'equal-updates'],
      methods: METHODS.filter((method) => method !== 'fileOrder'),
      seeds: 5,
    },
  },
  scratch: {
    // Sizes that a laptop works through in minutes: what is learnt is the task of the branches alone.
    model: { epochs: 0 },
    adapt: {
      objective: 'strategies',
      epochs: 4,
      recordsPerClass: 200,
      learningRate: 4e-3,
      batchSize: 16,
      warmupSteps: 50,
    },
    fineTune: { epochs: 10, learningRate: 4e-3, batchSize: 8 },
  },
  adapted: { adapt: { objective: 'strategies' }, fineTune: { epochs: 3, learningRate: 3e-4 } },
  pretrained: { fineTune: { epochs: 3, learningRate: 3e-4 } },
};

/** What a user wrote, unchecked, over what the preset that it names has other than the defaults. */
export function withPreset(input: unknown): unknown {
  if (!isObject(input) || input.preset !== 'recommended') return input;
  const kind = isObject(input.model) ? 'scratch' : isObject(input.adapt) ? 'adapted' : 'pretrained';
  return over(withoutOthersChoice(over(RECOMMENDED.any, RECOMMENDED[kind]), input), input);
}

/** Rare classes that are named replace the preset's share of the largest class. */
function withoutOthersChoice(preset: unknown, { classes }: Record<string, unknown>): unknown {
  const saysWhich = isObject(classes) && ('rare' in classes || 'include' in classes);
  if (!saysWhich || !isObject(preset) || !isObject(preset.classes)) return preset;
  const { rareBelow: _, ...others } = preset.classes;
  return { ...preset, classes: others };
}

/** Two values laid over each other: objects field by field, of all else the upper one. */
function over(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (!isObject(below) || !isObject(above) || isWhole(below) || isWhole(above)) return above;
  const merged: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) merged[name] = over(below[name], value);
  return merged;
}

/** One value that is written as an object: a target in place of another. */
const isWhole = (value: object) => 'times' in value;
