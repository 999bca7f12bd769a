/**
 * What judges the methods, behind an interface: fastText is one classifier, another is plugged in by implementing
 * these three interfaces. Records are prepared once; every training is then a list of record numbers.
 */
import type { Page } from '../corpus/page.ts';

export interface ClassifierTrainingOptions {
  seed: number;
  signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface Classifier {
  /** Reads the records that trainings will choose from, and brings them into the form that training wants. */
  prepare(records: readonly Page[]): Promise<PreparedRecords>;
}

export interface PreparedRecords {
  /**
   * Trains on the records with these numbers, in this order; a record drawn twice stands in it twice. The same order
   * and seed give the same classifier.
   */
  train(order: Int32Array, options: ClassifierTrainingOptions): Promise<TrainedClassifier>;
}

export interface TrainedClassifier {
  /** The class of a text: always one of those it was trained on. */
  predict(text: string): string;
}
