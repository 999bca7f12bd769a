import { splitFraction } from '../../lib/corpus/split.ts';
import type { SplitSettings } from '../../lib/settings/settings.ts';

/** The side on which the hash of its id puts a record. */
export const sideOf = (id: string, { test, seed }: SplitSettings): 'train' | 'test' =>
  splitFraction(id, seed) < test ? 'test' : 'train';
