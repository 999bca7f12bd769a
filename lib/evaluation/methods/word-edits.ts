import { inRandomOrder, makeUpToLargest } from '../../balancing/sampling.ts';
import { wordEditor } from '../../balancing/word-edits.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** Each class filled up to the largest with copies of its records that have a few words edited. */
export const wordEdits: BalancingMethod = {
  name: 'Word edits',
  makeRecords: (training, random) => makeUpToLargest(training, random, wordEditor),
  draw: inRandomOrder,
};
