/**
 * How much each method may learn. With a fixed number of passes, a method that adds records also adds updates, and on
 * a small corpus wins by these alone. So the methods are compared under several protocols:
 *
 * - `paper`: the classifier's own epochs, as published;
 * - `equal-updates`: as many updates for every method as the largest one has under `paper`;
 * - `tuned`: epochs and learning rate chosen for each method by the same search on a part of its training records
 *   (tuning.ts).
 */
import type { Protocol } from '../settings/settings.ts';
import type { Effort } from './classifier.ts';

/** Protocols whose word counts in a verdict, best first. */
export const VERDICT_ORDER: readonly Protocol[] = ['tuned', 'equal-updates', 'paper'];

/**
 * Records that the largest method trains on in an epoch: all classes oversampled to the largest one.
 * @param sizes records of each class, generated ones among them
 */
export function recordsOfLargestMethod(sizes: Iterable<number>): number {
  let [classes, largest] = [0, 0];
  for (const size of sizes) {
    classes++;
    largest = Math.max(largest, size);
  }
  return classes * largest;
}

/** The effort that spends a share of the largest method's updates on a list of this many records. */
export function effortForUpdates(own: Effort, largest: number, records: number, share = 1): Effort {
  return { epochs: (share * own.epochs * largest) / records, learningRate: own.learningRate };
}
