import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { readPages } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { evaluateMethod, type Method } from '../evaluation/methods.ts';
import type { ClassifierSettings, EvaluationSettings } from '../settings/settings.ts';
import type { Stage } from './stage.ts';

export interface EvaluateParameters {
  method: Method;
  train: ArtifactReference;
  test: ArtifactReference;
  /** Generated records; the methods without them get none, so that their results stay when generation changes. */
  generated: ArtifactReference[];
  classifier: ClassifierSettings;
  evaluation: EvaluationSettings;
}

export interface EvaluationSummary {
  method: Method;
  microF1: number;
  macroF1: number;
  weightedF1: number;
  /** Recall by class. */
  recall: Record<string, number>;
}

/** Trains the classifier on what one method makes of the training records, and tests it. File: `evaluation.json`. */
export const evaluate: Stage<EvaluateParameters, EvaluationSummary> = {
  name: 'evaluate',
  version: 1,
  async run({ method, train, test, generated, classifier, evaluation }, { out, open, signal, progress }) {
    const added: Page[] = [];
    for (const reference of generated) added.push(...(await readAll(await open(reference))));
    const result = await evaluateMethod({
      method,
      train: await readAll(await open(train)),
      test: await readAll(await open(test)),
      generated: added,
      classifier,
      evaluation,
      signal,
      onProgress: (share) =>
        progress({ phase: `evaluate ${method}`, done: Math.round(share * 100), total: 100, unit: 'percent' }),
    });
    await writeFile(join(out, 'evaluation.json'), JSON.stringify(result));
    const { microF1, macroF1, weightedF1, recall } = result;
    return { summary: { method, microF1, macroF1, weightedF1, recall } };
  },
};

async function readAll(path: string): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const { id, text, label } of readPages(path)) pages.push({ id, text, label });
  return pages;
}
