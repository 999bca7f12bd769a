import { createRandom } from '../../random/random.ts';
import type { Blanks } from './blanks.ts';
import type { DecodingSettings, Generation } from './generate.ts';
import type { Generator } from './generator.ts';

/** Inputs that are decoded together, in whatever thread. */
export interface Batch {
  /** Ids of each input, with `</s>`. */
  inputs: readonly ArrayLike<number>[];
  settings: DecodingSettings;
  /** What the tokens of an input are drawn with depends on this and the input's number alone. */
  seed: number;
  numbers: readonly number[];
  blanks?: Blanks | undefined;
}

/** @throws the signal's reason */
export function decodeBatch(
  generator: Generator,
  { inputs, settings, seed, numbers, blanks }: Batch,
  signal?: AbortSignal,
): Promise<Generation[]> {
  const random = (place: number) => createRandom(seed, 'sampling', String(numbers[place]));
  return generator.generate({ inputs, settings, random, blanks, signal });
}
