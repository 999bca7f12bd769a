import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import { NO_CLASS_LACKS_RECORDS } from '../lib/balancing/target.ts';
import type { MethodFigures } from '../lib/evaluation/methods.ts';
import type { Verdict } from '../lib/report/schema.ts';
import type { Method } from '../lib/settings/method-table.ts';
import type { Protocol } from '../lib/settings/settings.ts';
import type { EvaluationSummary } from '../lib/stages/evaluate.ts';
import type { PrepareSummary } from '../lib/stages/prepare.ts';
import type { StageResult } from '../lib/stages/stage.ts';
import type { BranchResult } from './messages.ts';

export interface ClassResult {
  train: number;
  test: number;
  generated: number;
  state: 'kept' | 'balanced' | 'partly balanced' | 'skipped';
}

/** The result of `balanceDataset`: small JSON, and what `run --json` and `watch --json` print as their last line. */
export interface RunResult {
  runId: string;
  /** The verdict of the report; absent in runs of 0.1.0. */
  verdict?: Verdict;
  /** The first files of folders and patterns that were skipped: empty, or not datasets by name. */
  passedOver?: string[];
  remark?: string;
  /** Under the first protocol. */
  methods: Partial<Record<Method, MethodFigures>>;
  /** The same under every requested protocol. */
  protocols: Partial<Record<Protocol, Partial<Record<Method, MethodFigures>>>>;
  classes: Record<string, ClassResult>;
  /** The balanced dataset as CSV; other formats are next to it. */
  dataset: ArtifactReference;
  /** `report.html`; report.json, the dataset card and the charts are next to it. */
  report: ArtifactReference;
  /** False if sources and settings are those of the previous run and every stage was cached. */
  changed: boolean;
  /** `run-comparison.json`: compares this run with the previous one of its dataset, if any. */
  comparison?: ArtifactReference;
}

/** The result of a run from the results of its stages. */
export function summariseRun(
  runId: string,
  corpus: PrepareSummary,
  branches: readonly BranchResult[],
  evaluations: readonly StageResult<EvaluationSummary>[],
  balanced: StageResult<unknown>,
  report: StageResult<{ verdict: Verdict }>,
): Omit<RunResult, 'changed' | 'comparison'> {
  const methods = evaluations.map(({ summary: { method, microF1, macroF1, weightedF1, recall } }) => [
    method,
    { microF1, macroF1, weightedF1, recall },
  ]);
  const classes = corpus.classes.map(({ name, train, test }) => {
    const branch = branches.find((candidate) => candidate.class === name);
    return [
      name,
      {
        train,
        test,
        generated: branch?.used ?? branch?.filter?.kept ?? 0,
        state: branch ? stateOf(branch) : 'kept',
      },
    ];
  });
  return {
    runId,
    verdict: report.summary.verdict,
    ...(branches.every(({ wanted }) => wanted === 0) && { remark: NO_CLASS_LACKS_RECORDS }),
    methods: Object.fromEntries(methods) as RunResult['methods'],
    protocols: byProtocol(evaluations.map(({ summary }) => summary)),
    classes: Object.fromEntries(classes) as RunResult['classes'],
    dataset: balanced.files['balanced.csv']!,
    report: report.files['report.html']!,
  };
}

function byProtocol(evaluations: readonly EvaluationSummary[]): RunResult['protocols'] {
  const protocols = Object.keys(evaluations[0]?.protocols ?? {}) as Protocol[];
  return Object.fromEntries(
    protocols.map((protocol) => [
      protocol,
      Object.fromEntries(evaluations.map((each) => [each.method, each.protocols[protocol]!])),
    ]),
  );
}

/** Whether a branch was skipped, and if not, whether it generated all wanted records. */
export function stateOf({ state, filter, wanted }: BranchResult): Exclude<ClassResult['state'], 'kept'> {
  return state === 'balanced' && filter && filter.kept < wanted ? 'partly balanced' : state;
}
