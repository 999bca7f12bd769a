/**
 * Uncertainty of a figure: how it would vary with other seeds and other test records.
 *
 * Both vary at once (Bouthillier et al. 2021, "Accounting for variance in machine learning benchmarks", arXiv
 * 2103.03098). Seeds and test records are the two random factors of a crossed design: the variance of a mean over K seeds
 * is that of the test records, plus a K-th of those of the seeds and of what records and seeds have in common. Each part
 * is estimated from the figures of the seeds and from the influence of each record on each of them (the infinitesimal
 * jackknife: Efron, Tibshirani 1993, "An introduction to the bootstrap", chapter 21). The training records are treated
 * as fixed.
 */
import { mean, sumBy } from '../arithmetic/sums.ts';
import type { Sample } from './figures.ts';
import type { Interval } from './finding-schemas.ts';
import { studentQuantile, studentTail } from './statistics.ts';

/** A mean over seeds, with its standard error and that error's degrees of freedom. */
export interface Estimate {
  mean: number;
  standardError: number;
  freedom: number;
  /** Across seeds alone, which must be significant too: few seeds may vary little by chance. */
  ofSeeds?: { standardError: number; freedom: number };
}

/** Undefined for a single seed or a single test record, which have no variance. */
export function estimateMean({ values, influences }: Sample): Estimate | undefined {
  if (!tells(values, influences)) return undefined;
  return combine(mean(values), spreadOf(values), influences);
}

/** First minus second. Their trainings are independent, so each has its own variance across seeds (Welch). */
export function estimateDifference(first: Sample, second: Sample): Estimate | undefined {
  const influences = first.influences.map((seed, number) =>
    seed.map((influence, record) => influence - second.influences[number]![record]!),
  );
  if (!tells(first.values, influences)) return undefined;
  const [a, b] = [spreadOf(first.values), spreadOf(second.values)];
  const variance = a.variance + b.variance;
  const freedom = variance ** 2 / (a.variance ** 2 / a.freedom + b.variance ** 2 / b.freedom || 1);
  return combine(mean(first.values) - mean(second.values), { variance, freedom }, influences);
}

/**
 * The mean difference over repeated random splits, whose training sets overlap: the corrected resampled t test (Nadeau,
 * Bengio 2003, "Inference for the generalization error").
 * @param differences one for each split, at least two
 * @param testShare test records of a split divided by its training records
 */
export function estimateOverSplits(differences: readonly number[], testShare: number): Estimate {
  const { variance, freedom } = spreadOf(differences);
  const correction = 1 + testShare * differences.length;
  return { mean: mean(differences), standardError: Math.sqrt(variance * correction), freedom };
}

const tells = (values: readonly number[], influences: readonly Float64Array[]): boolean =>
  values.length > 1 && influences[0]!.length > 1;

interface Spread {
  variance: number;
  freedom: number;
}

/** Of a mean over seeds. */
function spreadOf(values: readonly number[]): Spread {
  const middle = mean(values);
  const squares = sumBy(values, (value) => (value - middle) ** 2);
  return { variance: squares / (values.length - 1) / values.length, freedom: values.length - 1 };
}

/** Adds the variance across test records to that across seeds. */
function combine(mean: number, seeds: Spread, influences: readonly Float64Array[]): Estimate {
  const records = influences[0]!.length;
  const scale = 1 / (records * (records - 1));
  const each = (scale / influences.length) * sumBy(influences, (seed) => sumOfSquares(seed));
  const meanInfluence = influences[0]!.map(
    (_, record) => sumBy(influences, (seed) => seed[record]!) / influences.length,
  );
  const ofMean = scale * sumOfSquares(meanInfluence);
  // The interaction of test records and seeds is already part of the variance across seeds.
  const inCommon = Math.max(0, (each - ofMean) / (influences.length - 1));
  const ofRecords = Math.max(0, ofMean - inCommon);
  const ofSeeds = Math.max(seeds.variance, inCommon);
  const variance = ofSeeds + ofRecords;
  // Satterthwaite's; a few records that bear on a figure count as those few.
  const freedom =
    variance ** 2 /
    (ofSeeds ** 2 / seeds.freedom + ofRecords ** 2 / (2 * effectiveNumber(meanInfluence)) || 1);
  return {
    mean,
    standardError: Math.sqrt(variance),
    freedom: wholeFreedom(freedom),
    ofSeeds: { standardError: Math.sqrt(seeds.variance), freedom: wholeFreedom(seeds.freedom) },
  };
}

const wholeFreedom = (freedom: number) => Math.max(1, Math.floor(freedom));

/** The 95 % interval by Student's t. */
export function intervalOf({ mean, ofSeeds, ...own }: Estimate): Interval {
  const margins = [own, ofSeeds ?? own].map(({ standardError, freedom }) =>
    standardError === 0 ? 0 : studentQuantile(0.975, freedom) * standardError,
  );
  const margin = Math.max(...margins);
  return { low: mean - margin, high: mean + margin };
}

/** Two-sided p value of Student's t test against 0. */
export function pValueOf({ mean, ofSeeds, ...own }: Estimate): number {
  const size = Math.abs(mean);
  if (size === 0) return 1;
  const values = [own, ofSeeds ?? own].map(({ standardError, freedom }) =>
    standardError === 0 ? 0 : Math.min(1, 2 * studentTail(size / standardError, freedom)),
  );
  return Math.max(...values);
}

/**
 * The 95 % interval of a share of so many records. Wilson's (1927), which stays within 0 and 1 and keeps its width where
 * all or none of a few records are right; seeds that differ count as fewer records.
 */
export function shareIntervalOf({ mean, standardError }: Estimate, records: number): Interval {
  const spread = mean * (1 - mean);
  const effective = Math.min(records, standardError > 0 ? spread / standardError ** 2 : records) || records;
  const z = 1.959963984540054;
  const z2 = z ** 2 / effective;
  const middle = (mean + z2 / 2) / (1 + z2);
  const margin = Math.sqrt(z2 * spread + z2 ** 2 / 4) / (1 + z2);
  return { low: Math.max(0, middle - margin), high: Math.min(1, middle + margin) };
}

const sumOfSquares = (values: Float64Array) => sumBy(values, (value) => value * value);

/** Of squares that are added up: as many equal ones would vary as much. */
function effectiveNumber(values: Float64Array): number {
  const fourth = sumBy(values, (value) => value ** 4);
  return fourth === 0 ? 1 : sumOfSquares(values) ** 2 / fourth;
}
