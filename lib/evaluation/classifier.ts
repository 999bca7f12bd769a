/**
 * What judges the methods, behind an interface: fastText is one classifier, another is plugged in by implementing
 * these interfaces (docs/classifiers.md). Records are prepared once; every training is then a list of record numbers.
 */
import type { Page } from '../corpus/page.ts';

/** How long and how fast a classifier learns. */
export interface Effort {
  /** Passes over the list of records; need not be whole. */
  epochs: number;
  learningRate: number;
}

export interface ClassifierTrainingOptions {
  seed: number;
  /** Takes the place of the classifier's own. */
  effort?: Effort | undefined;
  /** How much the records of each class count; all alike by default. Given only to a classifier that `supports` it. */
  classWeights?: ReadonlyMap<string, number> | undefined;
  /** Whether others train at the same time, so that this one is better off in a thread of its own. */
  ownThread?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface Classifier {
  /** What it spends on a training by itself. One that goes on to its optimum has none; then all protocols are one. */
  readonly effort?: Effort;
  /** What it can do beyond the least; methods that need more are refused. */
  readonly supports?: { classWeights?: boolean; logShift?: boolean };
  /** Reads the records that trainings will choose from, and brings them into the form that training wants. */
  prepare(records: readonly Page[]): Promise<PreparedRecords>;
}

export interface PreparedRecords {
  /**
   * Trains on the records with these numbers, in this order; a record drawn twice stands in it twice. The same order,
   * seed and effort give the same classifier.
   */
  train(order: Int32Array, options: ClassifierTrainingOptions): Promise<TrainedClassifier>;
}

export interface PredictionOptions {
  signal?: AbortSignal | undefined;
  /** Added to the log probability of each class that is in it. Given only to a classifier that `supports` it. */
  logShift?: ReadonlyMap<string, number> | undefined;
}

export interface TrainedClassifier {
  /** The class of each text: always one of those it was trained on. */
  predict(texts: readonly string[], options?: PredictionOptions): Promise<string[]>;
}
