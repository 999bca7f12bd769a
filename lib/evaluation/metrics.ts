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
  /** The classes, in the order of `confusion`. */
  labels: string[];
  classes: Map<string, ClassMetrics>;
  /** `confusion[t][p]`: records of class t taken for class p. */
  confusion: number[][];
}

/**
 * Compares predictions with the truth. The classes that count are those of both, sorted; a list given as `labels` takes
 * their place, as in scikit-learn: a class it lacks counts nowhere but as another class's error, and one that neither side
 * has counts as 0 in the macro average.
 * @throws {RangeError} where the two differ in length
 */
export function computeMetrics(
  truth: readonly string[],
  predicted: readonly string[],
  labels: readonly string[] = [...new Set([...truth, ...predicted])].sort(),
): Metrics {
  if (truth.length !== predicted.length) {
    throw new RangeError(`${truth.length} true labels, ${predicted.length} predicted ones`);
  }
  const tally = new Map(labels.map((label) => [label, { right: 0, predicted: 0, support: 0 }]));
  for (const [record, label] of truth.entries()) {
    const guess = predicted[record]!;
    const [ofTruth, ofGuess] = [tally.get(label), tally.get(guess)];
    if (ofTruth) ofTruth.support++;
    if (ofGuess) ofGuess.predicted++;
    if (ofTruth && label === guess) ofTruth.right++;
  }
  const counts = [...tally.values()];
  const total = (what: keyof Tally) => sumBy(counts, (count) => count[what]);
  const all = scores({ right: total('right'), predicted: total('predicted'), support: total('support') });
  const classes = new Map([...tally].map(([label, count]) => [label, scores(count)]));
  const macro = sumBy(classes.values(), ({ f1 }) => f1);
  const weighted = sumBy(classes.values(), ({ f1, support }) => f1 * support);
  return {
    microF1: all.f1,
    macroF1: ratio(macro, classes.size),
    weightedF1: ratio(weighted, all.support),
    labels: [...labels],
    classes,
    confusion: confusionMatrix(truth, predicted, labels),
  };
}

interface Tally {
  right: number;
  predicted: number;
  support: number;
}

function scores({ right, predicted, support }: Tally): ClassMetrics {
  return {
    precision: ratio(right, predicted),
    recall: ratio(right, support),
    f1: ratio(2 * right, predicted + support),
    support,
  };
}

function confusionMatrix(
  truth: readonly string[],
  predicted: readonly string[],
  labels: readonly string[],
): number[][] {
  const index = new Map(labels.map((label, place) => [label, place]));
  const matrix = labels.map(() => labels.map(() => 0));
  for (const [record, label] of truth.entries()) {
    const [row, column] = [index.get(label), index.get(predicted[record]!)];
    if (row !== undefined && column !== undefined) matrix[row]![column]!++;
  }
  return matrix;
}

/** Nothing of nothing is 0, as scikit-learn's `zero_division=0` has it. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
