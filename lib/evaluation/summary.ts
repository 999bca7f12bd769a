/** A method's result from the rounds of its seeds. */
import { sumBy } from '../arithmetic/sums.ts';
import type { Protocol } from '../settings/settings.ts';
import type { Effort } from './classifier.ts';
import { type Average, Figures } from './figures.ts';
import { AVERAGES, type FigureIntervals, type MethodPredictions, type MethodResult } from './methods.ts';
import type { Metrics } from './metrics.ts';
import { estimateMean, intervalOf, shareIntervalOf } from './uncertainty.ts';

/**
 * One seed's metrics. The averages go over the classes that the truth or the predictions have, scikit-learn's
 * default; the tables by class and the confusion matrix have the same classes for all seeds.
 */
export interface Round {
  seed: number;
  records: number;
  effort: Effort | undefined;
  priorStrength?: number;
  overall: Metrics;
  byClass: Metrics;
}

/**
 * The means over the rounds, their intervals, and the figures of each.
 * @param rounds those of the protocol, a seed each
 */
export function summariseResults(
  predictions: MethodPredictions,
  protocol: Protocol,
  rounds: readonly Round[],
): MethodResult {
  const { method, labels: classes } = predictions;
  const mean = (of: (round: Round) => number) => sumBy(rounds, of) / rounds.length;
  const meanByClass = (measure: 'recall' | 'precision' | 'f1' | 'support') =>
    byClass(classes, (label) => mean((round) => round.byClass.classes.get(label)![measure]));
  const support = meanByClass('support');
  const intervals = rounds.length > 1 ? intervalsOf(predictions, protocol, support) : undefined;
  return {
    method,
    records: rounds[0]!.records,
    ...eachAverage((average) => mean(({ overall }) => overall[average])),
    recall: meanByClass('recall'),
    precision: meanByClass('precision'),
    f1: meanByClass('f1'),
    support,
    confusion: {
      labels: [...classes],
      counts: classes.map((_, t) =>
        classes.map((_, p) => sumBy(rounds, ({ byClass }) => byClass.confusion[t]![p]!)),
      ),
    },
    perSeed: rounds.map(({ seed, effort, priorStrength, overall, byClass: { classes: figures } }) => ({
      seed,
      ...eachAverage((average) => overall[average]),
      recall: byClass(classes, (label) => figures.get(label)!.recall),
      ...(effort && { effort }),
      ...(priorStrength !== undefined && { priorStrength }),
    })),
    ...(intervals && { intervals }),
  };
}

const eachAverage = <T>(of: (average: Average) => T) =>
  Object.fromEntries(AVERAGES.map((average) => [average, of(average)])) as Record<Average, T>;

function intervalsOf(
  predictions: MethodPredictions,
  protocol: Protocol,
  support: Readonly<Record<string, number>>,
): FigureIntervals | undefined {
  if (predictions.truth.length < 2) return undefined;
  const figures = new Figures(predictions, protocol);
  const tested = predictions.labels.filter((label) => support[label]! > 0);
  return {
    ...eachAverage((average) => intervalOf(estimateMean(figures.average(average))!)),
    recall: byClass(tested, (label) =>
      shareIntervalOf(estimateMean(figures.recall([label])!)!, support[label]!),
    ),
  };
}

/** Built from entries, which gives even a class named `__proto__` its own field. */
export function byClass<T>(classes: readonly string[], figure: (label: string) => T): Record<string, T> {
  return Object.fromEntries(classes.map((label) => [label, figure(label)]));
}
