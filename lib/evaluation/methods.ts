/** Types of the evaluation of a balancing method. */

import type { Page } from '../corpus/page.ts';
import type { Method } from '../settings/method-table.ts';
import type { ClassifierSettings, EvaluationSettings, Protocol } from '../settings/settings.ts';
import type { Classifier, Effort } from './classifier.ts';
import type { Interval } from './finding-schemas.ts';

export const AVERAGES = ['microF1', 'macroF1', 'weightedF1'] as const;

export type MethodFigures = OfFigures<number>;

interface OfFigures<T> extends Record<(typeof AVERAGES)[number], T> {
  recall: Record<string, T>;
}

/** Picks the metrics. */
export function figuresOf({ microF1, macroF1, weightedF1, recall }: MethodFigures): MethodFigures {
  return { microF1, macroF1, weightedF1, recall };
}

export interface SeedResult extends MethodFigures {
  seed: number;
  /** The classifier's effort; absent if it trains to convergence. */
  effort?: Effort;
  /** Share of the log priors subtracted, if the method does so. */
  priorStrength?: number;
}

/** 95 % intervals of the means, across seeds and test records (uncertainty.ts); absent for classes without test records. */
export type FigureIntervals = OfFigures<Interval>;

/** The result of a method. Figures by class include every class of the training and test records; all are means over seeds. */
export interface MethodResult extends MethodFigures {
  method: Method;
  /** The selected method, if the method selects one. */
  selected?: Method;
  /** Number of records trained on, counting draws. */
  records: number;
  precision: Record<string, number>;
  f1: Record<string, number>;
  /** Test records of each class. */
  support: Record<string, number>;
  /** `counts[t][p]`: test records of class t predicted as class p, summed over seeds. */
  confusion: { labels: string[]; counts: number[][] };
  perSeed: SeedResult[];
  /** Absent for a single seed, which has no variance. */
  intervals?: FigureIntervals;
}

/** The results under each requested protocol; the top-level figures are those of the first. */
export interface EvaluationResult extends MethodResult {
  protocol: Protocol;
  protocols: Partial<Record<Protocol, MethodResult>>;
}

/** All predictions, for comparing methods record by record. */
export interface MethodPredictions {
  method: Method;
  /** Class names; the numbers below are indices into this list. */
  labels: string[];
  /** Number of real training records. */
  trainingRecords: number;
  truth: number[];
  /** For each protocol and seed, the predicted class of each test record. */
  protocols: Partial<Record<Protocol, number[][]>>;
  /** The same for other splits, one seed each; absent without them, and for methods with generated records. */
  otherSplits?: Omit<MethodPredictions, 'method' | 'otherSplits'>[];
}

/** The settings that the evaluation of one method depends on. */
export type MethodSettings = Omit<EvaluationSettings, 'methods' | 'resamples'>;

export interface MethodEvaluation {
  method: Method;
  train: readonly Page[];
  test: readonly Page[];
  /** For the methods that use them; others ignore them. */
  generated?: readonly Page[];
  /** Epoch size of the largest compared method; computed from the records above by default. */
  largest?: number;
  /** Settings of a built-in classifier, or a custom classifier. */
  classifier: ClassifierSettings | Classifier;
  evaluation: MethodSettings;
  /** Seeds evaluated in parallel; 1 by default. Does not affect the result. */
  concurrency?: number;
  signal?: AbortSignal | undefined;
  /** Called with the share of the work that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface EvaluatedMethod {
  result: EvaluationResult;
  predictions: MethodPredictions;
}
