/**
 * Training budgets. With a fixed number of epochs, a method that adds records also gets more updates, and may win on a
 * small corpus for that reason alone. So the methods are compared under several protocols:
 *
 * - `paper`: the classifier's own epochs, as published;
 * - `equal-updates`: as many updates for every method as the largest one has under `paper`;
 * - `tuned`: epochs and learning rate chosen for each method by the same search on a part of its training records
 *   (tuning.ts).
 */
import type { EvaluationSettings, Protocol } from '../settings/settings.ts';
import type { Effort } from './classifier.ts';

/** Protocols for the verdict, in order of preference. */
export const VERDICT_ORDER: readonly Protocol[] = ['tuned', 'equal-updates', 'paper'];

/** Epoch size of the largest method: all classes, with generated records, oversampled to the largest. */
export function recordsOfLargestMethod(sizes: Iterable<number>): number {
  const all = [...sizes];
  return all.length * Math.max(0, ...all);
}

/** The efforts to try under a protocol, cheapest first; `records` are epoch sizes of the method and of the largest one. */
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
