/**
 * Which differences between methods are more than chance.
 *
 * The test records are drawn again with replacement, the same draws for all methods; a record brings the predictions
 * of all seeds with it, since these are no new evidence (Efron, Tibshirani 1993, "An introduction to the bootstrap").
 * The spread of a figure over the draws gives its interval; the share of draws in which a difference has the other
 * sign gives its p value. For the share of right answers there is McNemar's exact test too, on each record's most
 * frequent prediction over the seeds. All p values of a measure are corrected for the number of pairs (Holm).
 */
import { setImmediate } from 'node:timers/promises';
import { createRandom } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { EvaluationSettings, Protocol } from '../settings/settings.ts';
import { type FigureSet, Figures } from './figures.ts';
import type { Method, MethodPredictions } from './methods.ts';
import { holmCorrection, type Interval, mcnemarTest, quantile } from './statistics.ts';
import { byClass } from './summary.ts';

/** 95 % intervals of a method's figures over draws of the test records. */
export interface ResampledIntervals {
  microF1: Interval;
  macroF1: Interval;
  weightedF1: Interval;
  /** By class. */
  recall: Record<string, Interval>;
}

/** A difference, first method less second, with its 95 % interval. */
export interface Difference extends Interval {
  difference: number;
  /** Probability of a difference at least as large between equals: alone, and corrected for the number of pairs. */
  p: number;
  correctedP: number;
}

export interface PairComparison {
  first: Method;
  second: Method;
  microF1: Difference;
  macroF1: Difference;
  /** Test records that only one of the two gets right. */
  mcnemar: { onlyFirst: number; onlySecond: number; p: number; correctedP: number };
}

export interface ProtocolComparison {
  intervals: Partial<Record<Method, ResampledIntervals>>;
  pairs: PairComparison[];
}

export interface Comparison {
  protocols: Partial<Record<Protocol, ProtocolComparison>>;
}

/** Draws between two turns of the event loop. */
const DRAWS_AT_A_TIME = 10;

/**
 * Compares methods that were tested on the same records with the same seeds and protocols.
 * @throws {InvalidInput} where they were tested on different records
 */
export async function compareMethods(
  methods: readonly MethodPredictions[],
  settings: Pick<EvaluationSettings, 'protocols' | 'resamples' | 'seed'>,
  signal?: AbortSignal,
): Promise<Comparison> {
  requireSameRecords(methods);
  const protocols: Comparison['protocols'] = {};
  for (const protocol of settings.protocols) {
    const figures = methods.map((predictions) => new Figures(predictions, protocol));
    const observed = figures.map((each) => each.of());
    const draws = await resample(figures, settings, signal);
    protocols[protocol] = {
      intervals: Object.fromEntries(methods.map(({ method }, m) => [method, intervalsOf(draws[m]!)])),
      pairs: comparePairs(methods, protocol, observed, draws),
    };
  }
  return { protocols };
}

/** For each method its figures in every draw. */
async function resample(
  figures: readonly Figures[],
  { resamples, seed }: Pick<EvaluationSettings, 'resamples' | 'seed'>,
  signal: AbortSignal | undefined,
): Promise<FigureSet[][]> {
  const { records } = figures[0]!;
  const weights = new Uint32Array(records);
  const random = createRandom(seed, 'resamples');
  const draws: FigureSet[][] = figures.map(() => []);
  for (let draw = 0; draw < resamples; draw++) {
    if (draw % DRAWS_AT_A_TIME === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    weights.fill(0);
    for (let record = 0; record < records; record++) weights[random.int(records)]!++;
    for (const [m, each] of figures.entries()) draws[m]!.push(each.of(weights));
  }
  return draws;
}

function intervalsOf(draws: readonly FigureSet[]): ResampledIntervals {
  const interval = (of: (figures: FigureSet) => number) => middle(draws.map(of));
  const classes = [...draws[0]!.recall.keys()];
  return {
    microF1: interval(({ microF1 }) => microF1),
    macroF1: interval(({ macroF1 }) => macroF1),
    weightedF1: interval(({ weightedF1 }) => weightedF1),
    recall: byClass(classes, (label) => interval(({ recall }) => recall.get(label)!)),
  };
}

/** The middle 95 %. */
function middle(values: readonly number[]): Interval {
  const ascending = Float64Array.from(values).sort();
  return { low: quantile(ascending, 0.025), high: quantile(ascending, 0.975) };
}

function comparePairs(
  methods: readonly MethodPredictions[],
  protocol: Protocol,
  observed: readonly FigureSet[],
  draws: readonly FigureSet[][],
): PairComparison[] {
  const places = methods.flatMap((_, first) =>
    methods.slice(first + 1).map((_, k) => [first, first + 1 + k]),
  );
  const pairs = places as [number, number][];
  const differences = (measure: 'microF1' | 'macroF1') =>
    corrected(
      pairs.map(([a, b]) =>
        differenceOf(
          observed[a]![measure] - observed[b]![measure],
          draws[a]!.map((figures, draw) => figures[measure] - draws[b]![draw]![measure]),
        ),
      ),
    );
  const [micro, macro] = [differences('microF1'), differences('macroF1')];
  const right = methods.map((predictions) => rightByMajority(predictions, protocol));
  const mcnemar = corrected(pairs.map(([a, b]) => mcnemarOf(right[a]!, right[b]!)));
  return pairs.map(([a, b], pair) => ({
    first: methods[a]!.method,
    second: methods[b]!.method,
    microF1: micro[pair]!,
    macroF1: macro[pair]!,
    mcnemar: mcnemar[pair]!,
  }));
}

function corrected<T extends { p: number }>(tests: readonly T[]): (T & { correctedP: number })[] {
  const values = holmCorrection(tests.map(({ p }) => p));
  return tests.map((test, index) => ({ ...test, correctedP: values[index]! }));
}

function differenceOf(difference: number, draws: readonly number[]): Omit<Difference, 'correctedP'> {
  const notAbove = draws.filter((value) => value <= 0).length;
  const notBelow = draws.filter((value) => value >= 0).length;
  // The observed records count as one more draw, so that no p value is 0.
  const p = Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (draws.length + 1));
  return { difference, ...middle(draws), p };
}

/** Whether each test record's most frequent prediction over the seeds is right; of equally frequent ones, the earlier. */
function rightByMajority({ truth, protocols }: MethodPredictions, protocol: Protocol): boolean[] {
  const seeds = protocols[protocol]!;
  return truth.map((label, record) => {
    const counts = new Map<number, number>();
    for (const predicted of seeds) counts.set(predicted[record]!, (counts.get(predicted[record]!) ?? 0) + 1);
    const [[majority]] = [...counts].sort(([, a], [, b]) => b - a) as [[number, number]];
    return majority === label;
  });
}

function mcnemarOf(first: readonly boolean[], second: readonly boolean[]) {
  const onlyFirst = first.filter((right, record) => right && !second[record]).length;
  const onlySecond = second.filter((right, record) => right && !first[record]).length;
  return { onlyFirst, onlySecond, p: mcnemarTest(onlyFirst, onlySecond) };
}

function requireSameRecords(methods: readonly MethodPredictions[]): void {
  const names = ({ labels, truth }: MethodPredictions) => truth.map((label) => labels[label]).join('\n');
  const [first, ...others] = methods;
  if (!first) throw new InvalidInput('methods', 'there are none to compare', 'Give at least one.');
  const expected = names(first);
  for (const other of others) {
    if (names(other) === expected) continue;
    const problem = `${other.method} and ${first.method} were tested on different records`;
    throw new InvalidInput('methods', problem, 'Compare evaluations of one run.');
  }
}
