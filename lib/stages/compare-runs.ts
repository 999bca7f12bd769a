import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson } from '../artifacts/files.ts';
import type { ArtifactReference } from '../artifacts/reference.ts';
import type { MethodResult } from '../evaluation/methods.ts';
import { type ComparedRun, runComparison, type TextComparison } from '../runs/run-comparison.ts';
import type { Stage } from './stage.ts';

interface Side extends Pick<ComparedRun, 'classes'> {
  /** `evaluation.json` of each method. */
  evaluations: ArtifactReference[];
}

export interface CompareRunsParameters {
  previous: Side & { runId: string; finishedAt: string };
  current: Side;
  /** `text-changes.json`. */
  texts: ArtifactReference;
  keptModels: string[];
  trainedAgain: string[];
  alertBelow: number;
}

export interface CompareRunsSummary {
  previous: string;
  /** Change of the macro F1 of Generated. */
  macroF1Change?: number;
  /** Why the run needs attention. */
  attention?: string;
}

/** This run beside the previous one of its dataset. File: `run-comparison.json` (a `RunComparison`). */
export const compareRuns: Stage<CompareRunsParameters, CompareRunsSummary> = {
  name: 'compareRuns',
  version: 2,
  async run({ previous, current, texts, ...options }, { out, open }) {
    const read = async <T>(reference: ArtifactReference) => readJson<T>(await open(reference));
    const readSide = async <S extends Side>(side: S) => {
      const evaluations = side.evaluations.map((each) => read<MethodResult>(each));
      return { ...side, evaluations: await Promise.all(evaluations) };
    };
    const [before, after] = [await readSide(previous), await readSide(current)];
    const comparison = runComparison(before, after, await read<TextComparison>(texts), options);
    await writeFile(join(out, 'run-comparison.json'), JSON.stringify(comparison, null, 2));
    const { attention, methods } = comparison;
    return {
      summary: {
        previous: previous.runId,
        ...(methods.generated && { macroF1Change: methods.generated.macroF1.change }),
        ...(attention !== undefined && { attention }),
      },
    };
  },
};
