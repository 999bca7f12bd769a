/** Metrics of a single-label classifier, equal to scikit-learn's with `zero_division=0`. */
import { sumBy } from '../arithmetic/sums.ts';

export interface ClassMetrics {
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

export interface Metrics {
  microF1: number;
  macroF1: number;
  weightedF1: number;
  /** Classes in the truth or the predictions, sorted. */
  classes: Map<string, ClassMetrics>;
}

/** Compares predictions with the truth. @throws {RangeError} where the two differ in length */
export function computeMetrics(truth: readonly string[], predicted: readonly string[]): Metrics {
  if (truth.length !== predicted.length)
    throw new RangeError(`${truth.length} true labels, ${predicted.length} predicted ones`);
  const labels = [...new Set([...truth, ...predicted])].sort();
  const tally = new Map(labels.map((label) => [label, { right: 0, predicted: 0, support: 0 }]));
  let right = 0;
  for (const [record, label] of truth.entries()) {
    const guess = predicted[record]!;
    tally.get(label)!.support++;
    tally.get(guess)!.predicted++;
    if (label !== guess) continue;
    tally.get(label)!.right++;
    right++;
  }
  const classes = new Map(
    [...tally].map(([label, { right, predicted, support }]) => [
      label,
      {
        precision: ratio(right, predicted),
        recall: ratio(right, support),
        f1: ratio(2 * right, predicted + support),
        support,
      },
    ]),
  );
  const sumOfF1 = sumBy(classes.values(), ({ f1 }) => f1);
  const weighted = sumBy(classes.values(), ({ f1, support }) => f1 * support);
  return {
    microF1: ratio(right, truth.length),
    macroF1: ratio(sumOfF1, classes.size),
    weightedF1: ratio(weighted, truth.length),
    classes,
  };
}

/** 0 / 0 is 0, like scikit-learn's `zero_division=0`. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
