import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../artifacts/files.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import { compareMethods } from '../evaluation/comparison.ts';
import type { MethodPredictions } from '../evaluation/methods.ts';
import type { EvaluationSettings, Protocol } from '../settings/settings.ts';
import type { Stage } from './stage.ts';

export interface CompareParameters {
  /** `predictions.json` of each method. */
  predictions: ArtifactReference[];
  evaluation: Pick<EvaluationSettings, 'protocols'>;
}

/** Which differences between the methods are more than chance. File: `comparison.json` (a `Comparison`). */
export const compare: Stage<CompareParameters, { protocols: Protocol[] }> = {
  name: 'compare',
  version: 3,
  async run({ predictions, evaluation }, { out, open, signal }) {
    const methods: MethodPredictions[] = [];
    for (const reference of predictions)
      methods.push(await readJson<MethodPredictions>(await open(reference)));
    const comparison = await compareMethods(methods, evaluation, signal);
    await writeFile(join(out, 'comparison.json'), JSON.stringify(comparison));
    return { summary: { protocols: evaluation.protocols } };
  },
};
