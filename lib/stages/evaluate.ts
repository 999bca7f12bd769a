import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { readAllPages } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { evaluateMethod } from '../evaluation/evaluate-method.ts';
import { figuresOf, type MethodFigures, type MethodSettings } from '../evaluation/methods.ts';
import { type EvaluatedWords, wordsRead } from '../evaluation/words-read.ts';
import { METHODS, type Method } from '../settings/method-table.ts';
import type { ClassifierSettings, Protocol } from '../settings/settings.ts';
import type { PlannableStage } from './stage.ts';

export interface EvaluateParameters {
  method: Method;
  train: ArtifactReference;
  test: ArtifactReference;
  /** Generated records; the methods without them get none, so that their results stay when generation changes. */
  generated: ArtifactReference[];
  /** Records that the largest of the run's methods trains on in an epoch. */
  largest: number;
  classifier: ClassifierSettings;
  evaluation: MethodSettings;
}

/** The figures of the first protocol, and those of each. */
export interface EvaluationSummary extends MethodFigures {
  method: Method;
  protocols: Partial<Record<Protocol, MethodFigures>>;
}

/**
 * Trains the classifier on what one method makes of the training records, and tests it. Files: `evaluation.json`
 * (an `EvaluationResult`) and `predictions.json` (`MethodPredictions`).
 */
export const evaluate: PlannableStage<EvaluateParameters, EvaluationSummary, EvaluatedWords> = {
  name: 'evaluate',
  version: 6,
  /** Words that the classifier reads. */
  work: ({ method, largest, classifier, evaluation }, words) =>
    wordsRead(method, largest, classifier, evaluation, words),
  async run({ method, train, test, generated, ...rest }, { out, open, signal, progress }) {
    const added: Page[] = [];
    for (const reference of generated) added.push(...(await readAllPages(await open(reference))));
    const { result, predictions } = await evaluateMethod({
      method,
      train: await readAllPages(await open(train)),
      test: await readAllPages(await open(test)),
      generated: added,
      ...rest,
      // The methods are evaluated at the same time too.
      concurrency: Math.ceil(availableParallelism() / METHODS.length),
      signal,
      onProgress: (share) =>
        progress({ phase: `evaluate ${method}`, done: Math.round(share * 100), total: 100, unit: 'percent' }),
    });
    await writeFile(join(out, 'evaluation.json'), JSON.stringify(result));
    await writeFile(join(out, 'predictions.json'), JSON.stringify(predictions));
    const protocols = Object.entries(result.protocols).map(([protocol, each]) => [protocol, figuresOf(each)]);
    return { summary: { method, ...figuresOf(result), protocols: Object.fromEntries(protocols) } };
  },
};
