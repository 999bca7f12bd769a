import { patched } from '@temporalio/workflow';
import type { FinishedRun, Inspection } from '../activities/activities.ts';
import type { ReusePlan } from '../activities/refresh.ts';
import type { BaseRecord } from '../lib/runs/run-record.ts';
import type { CompareRunsSummary } from '../lib/stages/compare-runs.ts';
import type { EvaluationSummary } from '../lib/stages/evaluate.ts';
import type { PreparedClass, PrepareSummary } from '../lib/stages/prepare.ts';
import type { StageResult } from '../lib/stages/stage.ts';
import { light } from './activities.ts';
import type { RunBoard } from './run-board.ts';

/** The context of every step of a run. */
export interface Run {
  board: RunBoard;
  inspection: Inspection;
  corpus: StageResult<PrepareSummary>;
}
export type Evaluation = StageResult<EvaluationSummary>;

/** What this run can reuse from the previous run of the dataset; null if there is none. */
export async function findReusable({ board, inspection, corpus }: Run): Promise<ReusePlan | null> {
  const { place, settings } = inspection;
  const { summary, files } = corpus;
  const { previous } = place;
  if (previous === null) {
    board.set('refresh', 'left out');
    return null;
  }
  const rare = summary.classes.filter((each) => each.kind === 'rare');
  const parameters = {
    previous,
    settings,
    train: files['train.jsonl']!,
    test: files['test.jsonl']!,
    learn: files['learn.jsonl'],
    validation: files['validation.jsonl'],
    classes: rare.map(({ name, texts }) => ({ name, texts: files[texts!]! })),
  };
  return board.during('refresh', async () => {
    if (!patched('texts are compared in a step of their own')) return light.planTakeover(parameters);
    const texts = await light.findPreviousTexts(parameters);
    if (!texts) return null;
    return light.planReuse({ previous, settings, compared: await light.compareTexts(texts) });
  });
}

/** Compares the run with the previous one, if any. */
export async function compareWithPrevious(
  { board, inspection, corpus }: Run,
  reuse: ReusePlan | null,
  evaluations: Evaluation[],
): Promise<StageResult<CompareRunsSummary> | undefined> {
  if (!reuse) return undefined;
  const { previous, texts, compared, classes } = reuse;
  return board.during('refresh', () =>
    light.compareRuns({
      previous: { runId: previous, ...compared },
      current: {
        classes: corpus.summary.classes.map(plainClass),
        evaluations: evaluations.map((each) => each.files['evaluation.json']!),
      },
      texts,
      keptModels: classes.filter(({ kept }) => kept).map((each) => each.class),
      trainedAgain: classes.filter(({ kept }) => !kept).map((each) => each.class),
      alertBelow: inspection.settings.refresh.alertBelow,
    }),
  );
}

/** The record of this run for the next run of the dataset. */
export function finishedRun(
  { board, inspection: { place, settings }, corpus: { summary, files } }: Run,
  base: BaseRecord,
  evaluations: Evaluation[],
): FinishedRun {
  return {
    runId: board.progress.runId,
    dataset: place.dataset,
    fingerprint: place.fingerprint,
    settings,
    train: files['train.jsonl']!,
    classes: summary.classes.map(plainClass),
    ...(base.learntFrom.length > 0 && { base }),
    evaluations: Object.fromEntries(
      evaluations.map((each) => [each.summary.method, each.files['evaluation.json']!]),
    ),
    previous: place.previous,
    rareClasses: board.progress.classes.map((each) => each.class),
  };
}

const plainClass = ({ name, kind, train, test }: PreparedClass) => ({ name, kind, train, test });
