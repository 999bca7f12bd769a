/** A method's result from the rounds of its seeds. */
import type { Effort } from './classifier.ts';
import { AVERAGES, type Method, type MethodResult, type SeedIntervals } from './methods.ts';
import type { Metrics } from './metrics.ts';
import { meanInterval } from './statistics.ts';

/**
 * One seed's metrics. The averages go over the classes that the truth or the predictions have, scikit-learn's
 * default; the tables by class and the confusion matrix have the same classes for all seeds.
 */
export interface Round {
  seed: number;
  records: number;
  effort: Effort | undefined;
  overall: Metrics;
  byClass: Metrics;
}

/** The means over the rounds, their intervals, and the figures of each. */
export function summarise(
  method: Method,
  classes: readonly string[],
  rounds: readonly Round[],
): MethodResult {
  const mean = (of: (round: Round) => number) =>
    rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
  const meanByClass = (measure: 'recall' | 'precision' | 'f1' | 'support') =>
    byClass(classes, (label) => mean((round) => round.byClass.classes.get(label)![measure]));
  const intervals = intervalsOf(classes, rounds);
  return {
    method,
    records: rounds[0]!.records,
    microF1: mean(({ overall }) => overall.microF1),
    macroF1: mean(({ overall }) => overall.macroF1),
    weightedF1: mean(({ overall }) => overall.weightedF1),
    recall: meanByClass('recall'),
    precision: meanByClass('precision'),
    f1: meanByClass('f1'),
    support: meanByClass('support'),
    confusion: { labels: [...classes], counts: sumOf(rounds.map((round) => round.byClass.confusion)) },
    perSeed: rounds.map(({ seed, effort, overall, byClass: { classes: figures } }) => ({
      seed,
      microF1: overall.microF1,
      macroF1: overall.macroF1,
      weightedF1: overall.weightedF1,
      recall: byClass(classes, (label) => figures.get(label)!.recall),
      ...(effort && { effort }),
    })),
    ...(intervals && { intervals }),
  };
}

function intervalsOf(classes: readonly string[], rounds: readonly Round[]): SeedIntervals | undefined {
  if (rounds.length < 2) return undefined;
  const interval = (of: (round: Round) => number) => meanInterval(rounds.map(of))!;
  const averages = AVERAGES.map((average) => [average, interval(({ overall }) => overall[average])]);
  return {
    ...(Object.fromEntries(averages) as Omit<SeedIntervals, 'recall'>),
    recall: byClass(classes, (label) => interval((round) => round.byClass.classes.get(label)!.recall)),
  };
}

/** Built from entries, which gives even a class named `__proto__` its own field. */
export function byClass<T>(classes: readonly string[], figure: (label: string) => T): Record<string, T> {
  return Object.fromEntries(classes.map((label) => [label, figure(label)]));
}

function sumOf(matrices: readonly number[][][]): number[][] {
  return matrices[0]!.map((row, r) =>
    row.map((_, c) => matrices.reduce((sum, matrix) => sum + matrix[r]![c]!, 0)),
  );
}
