/**
 * How much each method may learn. With a fixed number of passes, a method that adds records also adds updates, and on
 * a small corpus wins by these alone. So the methods are compared under several protocols:
 *
 * - `paper`: the classifier's own epochs, as published;
 * - `equal-updates`: as many updates for every method as the largest one has under `paper`;
 * - `tuned`: epochs and learning rate chosen for each method by the same search on a part of its training records
 *   (tuning.ts).
 */
import type { EvaluationSettings, Protocol } from '../settings/settings.ts';
import type { Effort } from './classifier.ts';

/** Protocols whose word counts in a verdict, best first. */
export const VERDICT_ORDER: readonly Protocol[] = ['tuned', 'equal-updates', 'paper'];

/** Records of an epoch of the largest method: all classes, generated records among them, oversampled to the largest. */
export function recordsOfLargestMethod(sizes: Iterable<number>): number {
  const all = [...sizes];
  return all.length * Math.max(0, ...all);
}

/** What a protocol lets a classifier try, the cheapest first; `records` of an epoch of the method and of the largest one. */
export function effortsOf(
  protocol: Protocol,
  own: Effort | undefined,
  records: { size: number; largest: number },
  { tuningUpdates, tuningRates }: Pick<EvaluationSettings, 'tuningUpdates' | 'tuningRates'>,
): (Effort | undefined)[] {
  if (!own || protocol === 'paper') return [own];
  const epochsFor = (share: number) => (share * own.epochs * records.largest) / records.size;
  if (protocol === 'equal-updates') return [{ epochs: epochsFor(1), learningRate: own.learningRate }];
  return [...tuningUpdates]
    .sort((a, b) => a - b)
    .flatMap((share) =>
      tuningRates.map((rate) => ({ epochs: epochsFor(share), learningRate: own.learningRate * rate })),
    );
}
