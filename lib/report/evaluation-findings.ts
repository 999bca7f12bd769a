/** The methods and their comparison, as the report holds them, from what the evaluation left. */
import type { Comparison } from '../evaluation/comparison.ts';
import type { EvaluationResult, MethodResult } from '../evaluation/methods.ts';
import { type Interval, meanInterval } from '../evaluation/statistics.ts';
import type { Protocol } from '../settings/settings.ts';
import type { Report, ReportedMethod, ReportedMethods } from './schema.ts';

/** Names of the classes of either kind. */
export type Kinds = Record<'rare' | 'frequent', string[]>;

/** Every method by every protocol. */
export function describeProtocols(
  evaluations: readonly EvaluationResult[],
  kinds: Kinds,
): Report['protocols'] {
  const byProtocol: Partial<Record<Protocol, ReportedMethods>> = {};
  for (const { method, protocols } of evaluations)
    for (const [protocol, result] of Object.entries(protocols) as [Protocol, MethodResult][]) {
      byProtocol[protocol] ??= {};
      byProtocol[protocol][method] = describeMethod(result, kinds);
    }
  return byProtocol;
}

/** The figures that the result of a run has too. */
export const overallOf = ({ microF1, macroF1, weightedF1, recall }: MethodResult) => ({
  microF1,
  macroF1,
  weightedF1,
  recall,
});

function describeMethod(result: MethodResult, kinds: Kinds): ReportedMethod {
  const { records, precision, f1, confusion, perSeed } = result;
  const margins = marginsOf(result, kinds);
  const efforts = perSeed.flatMap(({ effort }) => (effort ? [effort] : []));
  return {
    records,
    ...(efforts.length > 0 && {
      effort: {
        epochs: mean(efforts.map(({ epochs }) => epochs)),
        learningRate: mean(efforts.map(({ learningRate }) => learningRate)),
      },
    }),
    ...overallOf(result),
    ...meanRecalls(result.recall, kinds),
    precision,
    f1,
    ...(margins && { margins }),
    confusion,
    perSeed: perSeed.map(({ seed, microF1, macroF1, weightedF1 }) => ({
      seed,
      microF1,
      macroF1,
      weightedF1,
    })),
  };
}

function marginsOf({ intervals, perSeed }: MethodResult, kinds: Kinds): ReportedMethod['margins'] {
  if (!intervals) return undefined;
  const { recall, ...averages } = intervals;
  const recalls = perSeed.map((seed) => meanRecalls(seed.recall, kinds));
  const means = (['rareRecall', 'frequentRecall'] as const).flatMap((kind) => {
    const interval = meanInterval(
      recalls.flatMap(({ [kind]: value }) => (value === undefined ? [] : [value])),
    );
    return interval ? [[kind, halfOf(interval)]] : [];
  });
  return {
    microF1: halfOf(averages.microF1),
    macroF1: halfOf(averages.macroF1),
    weightedF1: halfOf(averages.weightedF1),
    ...Object.fromEntries(means),
    recall: mapValues(recall, halfOf),
  };
}

const halfOf = ({ low, high }: Interval) => (high - low) / 2;

function meanRecalls(
  recall: Readonly<Record<string, number>>,
  { rare, frequent }: Kinds,
): Pick<ReportedMethod, 'rareRecall' | 'frequentRecall'> {
  const meanOf = (names: readonly string[]) =>
    mean(names.filter((name) => Object.hasOwn(recall, name)).map((name) => recall[name]!));
  return {
    ...(rare.length > 0 && { rareRecall: meanOf(rare) }),
    ...(frequent.length > 0 && { frequentRecall: meanOf(frequent) }),
  };
}

/** Arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same fields with other values; built from entries, which gives even `__proto__` its own field. */
const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

/** The comparison without what only its own stage needs. */
export function describeComparison({ protocols }: Pick<Comparison, 'protocols'>): Report['comparison'] {
  return mapValues(protocols, ({ intervals, pairs }) => ({
    intervals: mapValues(intervals, ({ microF1, macroF1, weightedF1 }) => ({ microF1, macroF1, weightedF1 })),
    pairs,
  }));
}
