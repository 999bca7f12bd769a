/** What the study runs: the sets, and the preset `recommended` beside changes to it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeDemoCorpus } from '../../client/demo-corpus/demo-corpus.ts';
import { RECOMMENDED } from '../../lib/settings/presets.ts';
import type { RunInput } from '../../lib/settings/settings.ts';

type Settings = Omit<RunInput, 'source'>;

export interface StudySet {
  name: string;
  file: string;
  settings: Settings;
}

/** The sets whose files are there; the demo corpus is written. */
export async function findSets(dataFolder: string, workFolder: string): Promise<StudySet[]> {
  const demo = join(workFolder, 'demo-pages.csv');
  await writeDemoCorpus(demo);
  const sets: StudySet[] = [
    { name: 'demo corpus', file: demo, settings: {} },
    {
      name: 'Reuters',
      file: join(dataFolder, 'reuters.csv'),
      settings: {
        columns: { label: 'topic' },
        classes: { frequent: 5, rare: 5, minRecords: 50, rareBelow: null },
      },
    },
    {
      name: 'TREC',
      file: join(dataFolder, 'trec.csv'),
      settings: { columns: { label: 'topic' }, cleaning: { trimSentences: false } },
    },
  ];
  return sets.filter(({ file }) => existsSync(file));
}

export const PRESET = 'recommended';

/** What the preset compares, and so what is compared on every split. */
export const METHODS = RECOMMENDED.any.evaluation!.methods!;

/** Changes to the preset, by what they are called. */
export const VARIANTS: Record<string, Settings> = {
  [PRESET]: {},
  'infill alone': { generate: { strategies: { prompt: 0, sketch: 0, infill: 1 } } },
  'sketch alone': { generate: { strategies: { prompt: 0, sketch: 1, infill: 0 } } },
  'prompt alone': { generate: { strategies: { prompt: 1, sketch: 0, infill: 0 } } },
  'twice as many': { generate: { target: { times: 2 } } },
  'four times as many': { generate: { target: { times: 4 } } },
  'amount chosen': { generate: { target: 'auto' } },
  'label rule at the median': { filter: { label: 0.5 } },
  'no label rule': { filter: { label: 0 } },
  'no filter': { filter: { nearDuplicates: null, newWords: 0, label: 0, fluency: 0 } },
};

/** The input of a run: a tiny T5 from random weights, and another split for each number. */
export function inputOf({ file, settings }: StudySet, variant: string, split: number): RunInput {
  return {
    source: file,
    preset: PRESET,
    model: { scratch: 'tiny' },
    ...settings,
    ...VARIANTS[variant],
    split: { seed: split },
    evaluation: {
      seeds: 3,
      ...(variant !== PRESET && { methods: ['oversample', 'generated', 'generatedOversample'] }),
    },
    refresh: { previous: null },
  };
}
