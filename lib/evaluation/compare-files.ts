/** The checking engine: the methods compared on any files, without a run and without Temporal. */
import type { Page } from '../corpus/page.ts';
import type { ClassifierSettings, ColumnSettings, EvaluationSettings } from '../settings/settings.ts';
import type { Classifier } from './classifier.ts';
import { readLabelledFiles } from './labelled-files.ts';
import { evaluateMethod, METHODS, type Method, type MethodResult, usesGenerated } from './methods.ts';

export interface FileComparison {
  /** Files in fastText's format (`.txt`), CSV or JSONL. */
  train: string;
  test: string;
  /** Records to add to the training ones: generated ones, or others that are to be judged. */
  add?: readonly string[];
  /** fastText's settings, or another classifier. */
  classifier: ClassifierSettings | Classifier;
  evaluation: EvaluationSettings;
  /** Column names of CSV and JSONL files. */
  columns: ColumnSettings;
  /** Defaults to all methods for which there are records. */
  methods?: readonly Method[];
  signal?: AbortSignal | undefined;
  /** Called with the method at hand and the share of all work that is done, 0 to 1. */
  onProgress?: ((progress: { method: Method; share: number }) => void) | undefined;
}

/**
 * Evaluates the methods on the records of these files; the results stand in the order of the methods.
 * @throws {InvalidInput} naming the file and line, or column, that will not do
 */
export async function compareFiles(
  comparison: FileComparison,
): Promise<Partial<Record<Method, MethodResult>>> {
  const { add = [], classifier, evaluation, columns, signal, onProgress } = comparison;
  const files = await readLabelledFiles([comparison.train, comparison.test, ...add], columns, signal);
  const [train, test, ...added] = files as [Page[], Page[], ...Page[][]];
  const methods = comparison.methods ?? METHODS.filter((method) => add.length > 0 || !usesGenerated(method));
  const results: Partial<Record<Method, MethodResult>> = {};
  for (const [index, method] of methods.entries()) {
    results[method] = await evaluateMethod({
      method,
      train,
      test,
      generated: added.flat(),
      classifier,
      evaluation,
      signal,
      onProgress: (share) => onProgress?.({ method, share: (index + share) / methods.length }),
    });
  }
  return results;
}
