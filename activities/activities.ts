import { Context } from '@temporalio/activity';
import type { AllowList } from '../lib/artifacts/allow-list.ts';
import type { ArtifactReference } from '../lib/artifacts/reference.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import {
  type BranchRecord,
  noteBranch,
  noteFinish,
  noteInputs,
  type RunRecord,
} from '../lib/runs/run-record.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { RunSettings } from '../lib/settings/settings.ts';
import { adapt } from '../lib/stages/adapt.ts';
import { audit } from '../lib/stages/audit.ts';
import { compare } from '../lib/stages/compare.ts';
import { compareRuns } from '../lib/stages/compare-runs.ts';
import { compareTexts } from '../lib/stages/compare-texts.ts';
import { evaluate } from '../lib/stages/evaluate.ts';
import { filter } from '../lib/stages/filter.ts';
import { fineTune } from '../lib/stages/fine-tune.ts';
import { generate } from '../lib/stages/generate.ts';
import { merge } from '../lib/stages/merge.ts';
import { prepare } from '../lib/stages/prepare.ts';
import { pretrain } from '../lib/stages/pretrain.ts';
import { readLabels } from '../lib/stages/read-labels.ts';
import { report } from '../lib/stages/report.ts';
import type { Stage } from '../lib/stages/stage.ts';
import { fetchModelFiles } from './fetch-model.ts';
import { inspectSource } from './inspect-source.ts';
import { placeRun, planReuse, type ReuseParameters, type RunPlace } from './refresh.ts';
import { signalProgress } from './signal-progress.ts';
import { runOnce, type StageRunner, stageActivity, withHeartbeat } from './stage-activity.ts';

/** What the first activity of a run found out about its input. */
export interface Inspection {
  /** Name of the dataset, as lists and ids show it. */
  dataset: string;
  sources: ArtifactReference[];
  /** Files of folders and patterns that are no part of it, the first of many; runs of 0.1.0 have none. */
  passedOver?: string[];
  settings: RunSettings;
  place: RunPlace;
  /** Whether the server knows the product's search attributes. */
  searchAttributes: boolean;
}

export interface ActivityOptions {
  store: ArtifactStore;
  /** What sources and models may be read. */
  allowList: AllowList;
  run: StageRunner;
  searchAttributes: boolean;
}

export type Activities = ReturnType<typeof createActivities>;

/** The activities of a worker. */
export function createActivities({ store, allowList, run, searchAttributes }: ActivityOptions) {
  const activity = <P, S>(stage: Stage<P, S>) => stageActivity(stage, store, run);
  return {
    inspectInput: (input: unknown): Promise<Inspection> =>
      withHeartbeat('inspectInput', async (onProgress, signal) => {
        checkRunId(workflowId());
        const inspected = await inspectSource(input, store, allowList, { signal, onProgress });
        await noteInputs(store, workflowId(), inspected.sources);
        const place = await placeRun(store, workflowId(), inspected.sources, inspected.settings);
        return { ...inspected, place, searchAttributes };
      }),
    prepare: activity(prepare),
    fetchModel: ({ model }: { model: string }) =>
      withHeartbeat('fetchModel', async (onProgress, signal) => {
        const fetched = await fetchModelFiles(model, store, allowList, { signal, onProgress });
        await noteInputs(store, workflowId(), Object.values(fetched.files));
        return fetched;
      }),
    pretrain: activity(pretrain),
    adapt: activity(adapt),
    readLabels: activity(readLabels),
    fineTune: stageActivity(fineTune, store, run, signalProgress),
    generate: activity(generate),
    filter: activity(filter),
    merge: activity(merge),
    evaluate: activity(evaluate),
    compare: activity(compare),
    audit: activity(audit),
    report: activity(report),
    // Histories of runs hold this name.
    planTakeover: (parameters: ReuseParameters) =>
      withHeartbeat('planTakeover', (onProgress, signal) =>
        planReuse(store, parameters, (compared) =>
          runOnce(compareTexts, store, run, compared, { signal, onProgress }),
        ),
      ),
    compareRuns: activity(compareRuns),
    noteBranch: ({ runId, branch }: { runId: string; branch: BranchRecord }) =>
      withHeartbeat('noteBranch', () => noteBranch(store, runId, branch)),
    noteFinish: ({ rareClasses, ...run }: FinishedRun) =>
      withHeartbeat('noteFinish', () =>
        noteFinish(store, { ...run, finishedAt: new Date().toISOString() }, rareClasses),
      ),
  };
}

/** What a run reports when it has finished; its branches have reported theirs. */
export type FinishedRun = { rareClasses: string[] } & Omit<
  RunRecord,
  'recordVersion' | 'branches' | 'startedAt' | 'finishedAt'
>;

/** Branches have their run's id, a slash and their class in theirs, of which Temporal takes 1,000 characters. */
const LONGEST_RUN_ID = 700;

function checkRunId(id: string): void {
  if (id.length > LONGEST_RUN_ID)
    throw new InvalidInput(
      'workflow id',
      `has ${id.length} characters`,
      `Give one of at most ${LONGEST_RUN_ID}`,
    );
}

/** Id of the workflow that an activity belongs to. */
const workflowId = () => Context.current().info.workflowExecution!.workflowId;
