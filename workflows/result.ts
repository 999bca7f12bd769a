import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import type { EvaluationSummary } from '../lib/stages/evaluate.ts';
import type { PrepareSummary } from '../lib/stages/prepare.ts';
import type { StageResult } from '../lib/stages/stage.ts';
import type { BranchResult } from './balance-class.ts';

/** Metrics of one method, as the result of a run names them. */
export interface MethodMetrics {
  microF1: number;
  macroF1: number;
  weightedF1: number;
  /** Recall by class. */
  recall: Record<string, number>;
}

export interface ClassResult {
  train: number;
  test: number;
  generated: number;
  state: 'kept' | 'balanced' | 'partly balanced' | 'skipped';
}

/** The result of `balanceDataset`: small JSON, and what `run --json` and `watch --json` print as their last line. */
export interface RunResult {
  runId: string;
  methods: Record<
    'regular' | 'undersample' | 'oversample' | 'generated' | 'generatedOversample',
    MethodMetrics
  >;
  classes: Record<string, ClassResult>;
  /** The balanced dataset, CSV; the same in other formats lies beside it. */
  dataset: ArtifactReference;
  /** `report.html`; report.json, the dataset card and the charts lie beside it. */
  report: ArtifactReference;
  /** False where sources and settings are those of the run before and every stage was done already. */
  changed: boolean;
  /** `run-comparison.json`: this run beside the previous one of its dataset, if there is one. */
  comparison?: ArtifactReference;
}

/** The result of a run from the results of its stages. */
export function summarise(
  runId: string,
  corpus: PrepareSummary,
  branches: readonly BranchResult[],
  evaluations: readonly StageResult<EvaluationSummary>[],
  balanced: StageResult<unknown>,
  report: StageResult<unknown>,
): Omit<RunResult, 'changed' | 'comparison'> {
  const methods = evaluations.map(({ summary: { method, microF1, macroF1, weightedF1, recall } }) => [
    method,
    { microF1, macroF1, weightedF1, recall },
  ]);
  const classes = corpus.classes.map(({ name, train, test }) => {
    const branch = branches.find((candidate) => candidate.class === name);
    return [name, { train, test, generated: branch?.filter?.kept ?? 0, state: classState(branch) }];
  });
  return {
    runId,
    methods: Object.fromEntries(methods) as RunResult['methods'],
    classes: Object.fromEntries(classes) as RunResult['classes'],
    dataset: balanced.files['balanced.csv']!,
    report: report.files['report.html']!,
  };
}

/** What became of a class; one without a branch is a frequent one. */
export function classState(branch: BranchResult | undefined): ClassResult['state'] {
  if (!branch) return 'kept';
  if (branch.state === 'skipped') return 'skipped';
  return branch.filter && branch.filter.kept < branch.wanted ? 'partly balanced' : 'balanced';
}
