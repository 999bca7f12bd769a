import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import {
  type DecodingSettings,
  type Generation,
  Generator,
  type Precision,
} from '../../../lib/t5/decoding/generator.ts';

const FOLDER = path.join(import.meta.dirname, '../../fixtures/t5');

/** Four tiny checkpoints: T5 1.0, 1.1, one with odd sizes, and an mT5. */
export const CHECKPOINTS = ['relu', 'gated', 'odd', 'mt5'] as const;

export interface Decoding {
  settings: DecodingSettings;
  ids: number[][];
  scores: number[] | null;
}

export const checkpoint = (name: string): string => path.resolve(FOLDER, name);

/** Beam search as the published method has it, on few tokens. */
export const BEAM_SEARCH: DecodingSettings = {
  ...settingsSchema.parse({ source: 'none' }).generate,
  minLength: 10,
  maxLength: 20,
};

/** What transformers decodes from prompts. */
export async function readDecodings(name: string): Promise<{ prompts: number[][]; decodings: Decoding[] }> {
  return JSON.parse(await readFile(path.join(FOLDER, name, 'decodings.json'), 'utf8'));
}

/** Runs with a generator of a checkpoint. */
export async function withGenerator<T>(
  name: string,
  use: (generator: Generator) => Promise<T>,
  precision: Precision = 'float32',
): Promise<T> {
  const generator = await Generator.load(checkpoint(name), { precision });
  try {
    return await use(generator);
  } finally {
    generator.dispose();
  }
}

export const idsOf = (generations: readonly Generation[]): number[][] => generations.map(({ ids }) => ids);

/** The numbers that make_decodings.py draws with: simple enough to be the same in both languages. */
export function uniform(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}
