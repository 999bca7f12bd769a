import { makeUpToLargest, oversample } from '../../balancing/sampling.ts';
import { wordEditor } from '../../balancing/word-edits.ts';
import type { BalancingMethod } from './balancing-method.ts';

/** Copies of the records of each class that have a few words edited, then Oversample. */
export const wordEdits: BalancingMethod = {
  name: 'Word edits',
  makeRecords: (training, random) => makeUpToLargest(training, random, wordEditor),
  draw: oversample,
};
