/** How far figures may be chance, given how few records they were measured on. */
import { createRandom, type Random } from '../random/random.ts';

/** Bounds of the middle 95 %. */
export interface Interval {
  low: number;
  high: number;
}

const DRAWS = 1000;

/**
 * 95 % intervals of micro and macro F1 over draws of the test records, from the confusion matrix alone: in a draw each
 * of its cells is Poisson distributed around what was counted, which for many records is drawing them with replacement
 * (Hanley, MacGibbon 2006, "Creating non-parametric bootstrap samples using Poisson frequencies").
 *
 * @param counts `counts[t][p]`: test records of class t taken for class p, summed over `seeds` trainings
 */
export function resampledIntervals(
  counts: readonly (readonly number[])[],
  seeds: number,
  seed: number,
): { microF1: Interval; macroF1: Interval } {
  const random = createRandom(seed, 'intervals');
  const draws = Array.from({ length: DRAWS }, () =>
    f1Of(counts.map((row) => row.map((count) => poisson(count / seeds, random)))),
  );
  return {
    microF1: middleOf(draws.map(({ micro }) => micro)),
    macroF1: middleOf(draws.map(({ macro }) => macro)),
  };
}

function f1Of(counts: readonly (readonly number[])[]): { micro: number; macro: number } {
  let right = 0;
  let all = 0;
  let sum = 0;
  for (let label = 0; label < counts.length; label++) {
    const truth = counts[label]!.reduce((total, count) => total + count, 0);
    const taken = counts.reduce((total, row) => total + row[label]!, 0);
    const hits = counts[label]![label]!;
    right += hits;
    all += truth;
    sum += truth + taken === 0 ? 0 : (2 * hits) / (truth + taken);
  }
  return { micro: right / Math.max(1, all), macro: sum / Math.max(1, counts.length) };
}

/** From here on the normal distribution is near enough, and exp(-mean) would run out. */
const MANY = 50;

function poisson(mean: number, random: Random): number {
  if (mean === 0) return 0;
  if (mean > MANY) {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  // Knuth: uniform numbers are multiplied until they fall below exp(-mean).
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}

function middleOf(values: number[]): Interval {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { low: at(0.025), high: at(0.975) };
}
