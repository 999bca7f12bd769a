/** Aggregates a method's result over its seeds. */
import { sumBy } from '../arithmetic/sums.ts';
import type { Protocol } from '../settings/settings.ts';
import type { Effort } from './classifier.ts';
import { type Average, Figures } from './figures.ts';
import { AVERAGES, type FigureIntervals, type MethodPredictions, type MethodResult } from './methods.ts';
import { computeMetrics } from './metrics.ts';
import { estimateMean, intervalOf, shareIntervalOf } from './uncertainty.ts';

export interface Round {
  protocol: Protocol;
  seed: number;
  records: number;
  effort: Effort | undefined;
  priorStrength?: number;
  predicted: string[];
}

const NO_RECORDS = { recall: 0, precision: 0, f1: 0, support: 0 };

/** Means over a protocol's rounds, with intervals. Averages go over the classes that occur, as scikit-learn's do. */
export function summariseResults(
  predictions: MethodPredictions,
  protocol: Protocol,
  rounds: readonly Round[],
): MethodResult {
  const { method, labels, truth } = predictions;
  const trueLabels = truth.map((label) => labels[label]!);
  const seeds = rounds.map((round) => ({ ...round, ...computeMetrics(trueLabels, round.predicted) }));
  const mean = (of: (seed: (typeof seeds)[number]) => number) => sumBy(seeds, of) / seeds.length;
  const meanByClass = (measure: keyof typeof NO_RECORDS) =>
    byClass(labels, (label) => mean(({ classes }) => (classes.get(label) ?? NO_RECORDS)[measure]));
  const counts = labels.map(() => labels.map(() => 0));
  for (const predicted of predictions.protocols[protocol]!)
    for (const [record, label] of truth.entries()) counts[label]![predicted[record]!]!++;
  const support = meanByClass('support');
  const intervals = rounds.length > 1 ? intervalsOf(predictions, protocol, support) : undefined;
  return {
    method,
    records: rounds[0]!.records,
    ...eachAverage((average) => mean((seed) => seed[average])),
    recall: meanByClass('recall'),
    precision: meanByClass('precision'),
    f1: meanByClass('f1'),
    support,
    confusion: { labels: [...labels], counts },
    perSeed: seeds.map(({ seed, effort, priorStrength, classes, ...averages }) => ({
      seed,
      ...eachAverage((average) => averages[average]),
      recall: byClass(labels, (label) => classes.get(label)?.recall ?? 0),
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
      shareIntervalOf(estimateMean(figures.recall(label)!)!, support[label]!),
    ),
  };
}

/** Built from entries, so that even a class named `__proto__` gets its own field. */
function byClass<T>(classes: readonly string[], figure: (label: string) => T): Record<string, T> {
  return Object.fromEntries(classes.map((label) => [label, figure(label)]));
}
