/** The preset `recommended`, as its differences from the schema defaults, which are the preset `paper`. */
import { isObject } from './fits.ts';
import { METHODS } from './method-table.ts';
import type { RunInput, ScratchModelSettings } from './settings.ts';

type Group = Omit<RunInput, 'source' | 'model'> & { model?: Partial<ScratchModelSettings> };

/** Defaults of `recommended` for any model, and for one trained from scratch, adapted to the corpus, or used as it is. */
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
    // Sized for minutes on a laptop: the model learns only the task of the branches.
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

/** Unvalidated user input, merged over the differences of its preset. */
export function withPreset(input: unknown): unknown {
  if (!isObject(input) || input.preset !== 'recommended') return input;
  const kind = isObject(input.model) ? 'scratch' : isObject(input.adapt) ? 'adapted' : 'pretrained';
  return merge(withoutOverriddenClasses(merge(RECOMMENDED.any, RECOMMENDED[kind]), input), input);
}

/** Rare classes set by the user replace the preset's `rareBelow`. */
function withoutOverriddenClasses(preset: unknown, { classes }: Record<string, unknown>): unknown {
  const choosesClasses = isObject(classes) && ('rare' in classes || 'include' in classes);
  if (!choosesClasses || !isObject(preset) || !isObject(preset.classes)) return preset;
  const { rareBelow: _, ...others } = preset.classes;
  return { ...preset, classes: others };
}

/** Merges objects recursively; otherwise `above` wins. */
function merge(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (!isObject(below) || !isObject(above) || isAtomic(below) || isAtomic(above)) return above;
  const merged: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) merged[name] = merge(below[name], value);
  return merged;
}

/** An object that is a single value: a target. */
const isAtomic = (value: object) => 'times' in value;
