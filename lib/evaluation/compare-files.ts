/** Compares the methods on any files, without a run and without Temporal. */
import type { Page } from '../corpus/page.ts';
import { METHODS, type Method, usesGenerated } from '../settings/method-table.ts';
import type { ColumnSettings, EvaluationSettings } from '../settings/settings.ts';
import { type Comparison, compareMethods } from './comparison.ts';
import { evaluateMethod } from './evaluate-method.ts';
import { readLabelledFiles } from './labelled-files.ts';
import type { EvaluationResult, MethodEvaluation, MethodPredictions } from './methods.ts';

export interface FileComparison extends Pick<MethodEvaluation, 'classifier' | 'concurrency' | 'signal'> {
  /** Files in fastText's format (`.txt`), CSV or JSONL. */
  train: string;
  test: string;
  /** Records to add to the training records: generated ones, or others to evaluate. */
  add?: readonly string[];
  evaluation: EvaluationSettings;
  columns: ColumnSettings;
  /** Defaults to the methods of the settings that have the records they need. */
  methods?: readonly Method[];
  /** Called with the method at hand and the share of all work that is done, 0 to 1. */
  onProgress?: ((progress: { method: Method; share: number }) => void) | undefined;
}

/** The results of the methods, and which differences between them are significant. */
export interface FileComparisonResult {
  methods: Partial<Record<Method, EvaluationResult>>;
  comparison: Comparison;
  /** Records added to the training records. */
  added: number;
}

/**
 * Evaluates the methods on the records of these files; results are in the order of the methods.
 * @throws {InvalidInput} naming the invalid file and line, or column
 */
export async function compareFiles(comparison: FileComparison): Promise<FileComparisonResult> {
  const { add: addFiles = [], evaluation, signal, onProgress } = comparison;
  const paths = [comparison.train, comparison.test, ...addFiles];
  const files = await readLabelledFiles(paths, comparison.columns, signal);
  const [train, test, ...added] = files as [Page[], Page[], ...Page[][]];
  const generated = added.flat();
  const chosen =
    comparison.methods ??
    METHODS.filter(
      (method) => evaluation.methods.includes(method) && (addFiles.length > 0 || !usesGenerated(method)),
    );
  const methods: Partial<Record<Method, EvaluationResult>> = {};
  const predictions: MethodPredictions[] = [];
  for (const [index, method] of chosen.entries()) {
    const evaluated = await evaluateMethod({
      ...comparison,
      ...{ method, train, test, generated },
      onProgress: (share) => onProgress?.({ method, share: (index + share) / chosen.length }),
    });
    methods[method] = evaluated.result;
    predictions.push(evaluated.predictions);
  }
  return {
    methods,
    comparison: await compareMethods(predictions, evaluation, signal),
    added: generated.length,
  };
}
