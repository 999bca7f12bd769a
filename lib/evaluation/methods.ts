/** What the evaluation of a balancing method looks like. */

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

/** Those figures alone. */
export function figuresOf({ microF1, macroF1, weightedF1, recall }: MethodFigures): MethodFigures {
  return { microF1, macroF1, weightedF1, recall };
}

export interface SeedResult extends MethodFigures {
  seed: number;
  /** What the classifier spent; absent where it goes on to its optimum. */
  effort?: Effort;
  /** Share of the log priors that was taken off; absent where the method does no such thing. */
  priorStrength?: number;
}

/** 95 % intervals of the means, over other seeds and test records (uncertainty.ts); classes without any have none. */
export type FigureIntervals = OfFigures<Interval>;

/** How a method did. Figures by class name every class of the training and test records; all are means over the seeds. */
export interface MethodResult extends MethodFigures {
  method: Method;
  /** What was selected, where the method selects one. */
  selected?: Method;
  /** Records trained on, draws counted. */
  records: number;
  precision: Record<string, number>;
  f1: Record<string, number>;
  /** Test records of each class. */
  support: Record<string, number>;
  /** `counts[t][p]`: test records of class t taken for class p, summed over the seeds. */
  confusion: { labels: string[]; counts: number[][] };
  perSeed: SeedResult[];
  /** Absent for a single seed, which says nothing of the spread. */
  intervals?: FigureIntervals;
}

/** How a method did under each protocol asked for; its own figures are those of the first. */
export interface EvaluationResult extends MethodResult {
  protocol: Protocol;
  protocols: Partial<Record<Protocol, MethodResult>>;
}

/** Every single prediction, from which methods are compared record by record. */
export interface MethodPredictions {
  method: Method;
  /** Class names; the numbers below are places in this list. */
  labels: string[];
  /** Real records that were trained on. */
  trainingRecords: number;
  truth: number[];
  /** For each protocol and seed, the predicted class of each test record. */
  protocols: Partial<Record<Protocol, number[][]>>;
  /** The same of other splits, a seed each; absent where there are none, or generated records belong to one split. */
  otherSplits?: Omit<MethodPredictions, 'method' | 'otherSplits'>[];
}

/** The settings that the evaluation of one method depends on. */
export type MethodSettings = Omit<EvaluationSettings, 'methods' | 'resamples'>;

export interface MethodEvaluation {
  method: Method;
  train: readonly Page[];
  test: readonly Page[];
  /** For the methods that use them; the others pass over them. */
  generated?: readonly Page[];
  /** Records of an epoch of the largest compared method; by default from the records above. */
  largest?: number;
  /** Settings of one of our own classifiers, or another classifier. */
  classifier: ClassifierSettings | Classifier;
  evaluation: MethodSettings;
  /** Seeds evaluated at a time; 1 by default. The result is the same with any. */
  concurrency?: number;
  signal?: AbortSignal | undefined;
  /** Called with the share of the work that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface EvaluatedMethod {
  result: EvaluationResult;
  predictions: MethodPredictions;
}
