import { sumBy } from '../arithmetic/sums.ts';
import type { Protocol } from '../settings/settings.ts';
import type { AVERAGES, MethodPredictions } from './methods.ts';

/** A figure per seed, with the influence of each test record. */
export interface Sample {
  values: number[];
  /** By seed and record: derivative by its weight, times the records; they sum to 0 (Hampel 1974, "The influence curve"). */
  influences: Float64Array[];
}

export type Average = (typeof AVERAGES)[number];

/** The figures of one method under one protocol, seed by seed; they are those of `computeMetrics`. */
export class Figures {
  readonly #labels: readonly string[];
  readonly #truth: readonly number[];
  readonly #seeds: readonly SeedCounts[];

  constructor(
    { labels, truth, protocols }: Pick<MethodPredictions, 'labels' | 'truth' | 'protocols'>,
    protocol: Protocol,
  ) {
    this.#labels = labels;
    this.#truth = truth;
    this.#seeds = protocols[protocol]!.map((predicted) => {
      const counts = () => new Float64Array(labels.length);
      const [support, taken, right] = [counts(), counts(), counts()];
      for (const [record, label] of truth.entries()) {
        const guess = predicted[record]!;
        support[label]!++;
        taken[guess]!++;
        if (label === guess) right[label]!++;
      }
      return { predicted, support, taken, right };
    });
  }

  /** F1 over all records, as the mean of the classes' F1, or that weighted by their test records. */
  average(average: Average): Sample {
    return this.#sample((seed) => influencesOnAverage(seed, this.#truth, average));
  }

  /** The recall of a class; undefined where it has no test records. */
  recall(name: string): Sample | undefined {
    const label = this.#labels.indexOf(name);
    if (!(this.#seeds[0]!.support[label]! > 0)) return undefined;
    return this.#sample(({ predicted, support, right }) => {
      const value = right[label]! / support[label]!;
      const influences = Float64Array.from(this.#truth, (each, record) =>
        each === label
          ? (this.#truth.length * ((label === predicted[record] ? 1 : 0) - value)) / support[label]!
          : 0,
      );
      return { value, influences };
    });
  }

  #sample(of: (seed: SeedCounts) => { value: number; influences: Float64Array }): Sample {
    const seeds = this.#seeds.map(of);
    return { values: seeds.map(({ value }) => value), influences: seeds.map(({ influences }) => influences) };
  }
}

interface SeedCounts {
  predicted: readonly number[];
  /** By class: true records, predicted records, and correct predictions. */
  support: Float64Array;
  taken: Float64Array;
  right: Float64Array;
}

function influencesOnAverage(
  { predicted, support, taken, right }: SeedCounts,
  truth: readonly number[],
  average: Average,
): { value: number; influences: Float64Array } {
  const records = truth.length;
  // As in scikit-learn, a class that is neither true nor predicted is ignored.
  const present = [...support.keys()].filter((label) => support[label]! + taken[label]! > 0);
  const f1 = Float64Array.from(support, (count, label) =>
    count + taken[label]! > 0 ? (2 * right[label]!) / (count + taken[label]!) : 0,
  );
  // F1 of a class is 2 r / (s + t): a record in s or t moves it by -F1 / (s + t), one in r by 2 / (s + t).
  const slope = Float64Array.from(support, (count, label) => 1 / Math.max(1, count + taken[label]!));
  const share = (label: number) => (average === 'macroF1' ? 1 / present.length : support[label]! / records);
  const value =
    average === 'microF1'
      ? sumBy(present, (label) => right[label]!) / records
      : sumBy(present, (label) => share(label) * f1[label]!);
  const influences = Float64Array.from(truth, (label, record) => {
    const guess = predicted[record]!;
    if (average === 'microF1') return (label === guess ? 1 : 0) - value;
    const moves =
      label === guess
        ? share(label) * slope[label]! * (2 - 2 * f1[label]!)
        : -share(label) * slope[label]! * f1[label]! - share(guess) * slope[guess]! * f1[guess]!;
    // The weights of the weighted average change too.
    return records * moves + (average === 'weightedF1' ? f1[label]! - value : 0);
  });
  return { value, influences };
}
