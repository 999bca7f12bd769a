/**
 * The interface of evaluation classifiers. fastText is one; add another by implementing these interfaces
 * (docs/classifiers.md). Records are prepared once; every training is then a list of record numbers.
 */
import type { Page } from '../corpus/page.ts';

/** Training effort: epochs and learning rate. */
export interface Effort {
  /** Epochs over the list of records; may be fractional. */
  epochs: number;
  learningRate: number;
}

export interface ClassifierTrainingOptions {
  seed: number;
  /** Replaces the classifier's own. */
  effort?: Effort | undefined;
  /** Class weights; equal by default. Given only to a classifier that `supports` them. */
  classWeights?: ReadonlyMap<string, number> | undefined;
  /** Whether others train at the same time, so that this one should use its own thread. */
  ownThread?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface Classifier {
  /** Its default effort. Absent if it trains to convergence; then all protocols are the same. */
  readonly effort?: Effort;
  /** Its optional capabilities; methods that need others are rejected. */
  readonly supports?: { classWeights?: boolean; logShift?: boolean };
  /** Reads and preprocesses the records that trainings choose from. */
  prepare(records: readonly Page[]): Promise<PreparedRecords>;
}

export interface PreparedRecords {
  /**
   * Trains on the records with these numbers, in this order; a record drawn twice appears twice. The same order,
   * seed and effort give the same classifier.
   */
  train(order: Int32Array, options: ClassifierTrainingOptions): Promise<TrainedClassifier>;
}

export interface PredictionOptions {
  signal?: AbortSignal | undefined;
  /** Added to the log probabilities of its classes. Given only to a classifier that `supports` it. */
  logShift?: ReadonlyMap<string, number> | undefined;
}

export interface TrainedClassifier {
  /** The class of each text: always one seen in training. */
  predict(texts: readonly string[], options?: PredictionOptions): Promise<string[]>;
}
