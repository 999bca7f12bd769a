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
import type { RunSettings } from '../lib/settings/settings.ts';
import { STAGES } from '../lib/stages/index.ts';
import type { Stage } from '../lib/stages/stage.ts';
import { fetchModelFiles } from './fetch-model.ts';
import { inspectSource } from './inspect-source.ts';
import {
  findPreviousTexts,
  type PlanReuseParameters,
  placeRun,
  planReuse,
  type ReuseParameters,
  type RunPlace,
} from './refresh.ts';
import { signalProgress } from './signal-progress.ts';
import {
  runOnce,
  type StageActivity,
  type StageRunner,
  stageActivity,
  withHeartbeat,
} from './stage-activity.ts';

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
  return {
    ...stageActivities(STAGES, store, run),
    inspectInput: (input: unknown): Promise<Inspection> =>
      withHeartbeat('inspectInput', async (options) => {
        const inspected = await inspectSource(input, store, allowList, options);
        await noteInputs(store, workflowId(), inspected.sources);
        const place = await placeRun(store, workflowId(), inspected.sources, inspected.settings);
        return { ...inspected, place, searchAttributes };
      }),
    fetchModel: ({ model }: { model: string }) =>
      withHeartbeat('fetchModel', async (options) => {
        const fetched = await fetchModelFiles(model, store, allowList, options);
        await noteInputs(store, workflowId(), Object.values(fetched.files));
        return fetched;
      }),
    fineTune: stageActivity(STAGES.fineTune, store, run, signalProgress),
    findPreviousTexts: (parameters: ReuseParameters) =>
      withHeartbeat('findPreviousTexts', () => findPreviousTexts(store, parameters)),
    planReuse: (parameters: PlanReuseParameters) =>
      withHeartbeat('planReuse', () => planReuse(store, parameters)),
    /** The three steps in one, for runs that began when they were. */
    planTakeover: (parameters: ReuseParameters) =>
      withHeartbeat('planTakeover', async (options) => {
        const texts = await findPreviousTexts(store, parameters);
        if (!texts) return null;
        const compared = await runOnce(STAGES.compareTexts, store, run, texts, options);
        return planReuse(store, { ...parameters, compared });
      }),
    noteBranch: ({ runId, branch }: { runId: string; branch: BranchRecord }) =>
      withHeartbeat('noteBranch', () => noteBranch(store, runId, branch)),
    noteFinish: ({ rareClasses, ...run }: FinishedRun) =>
      withHeartbeat('noteFinish', () =>
        noteFinish(store, { ...run, finishedAt: new Date().toISOString() }, rareClasses),
      ),
  };
}

type StageActivities<Stages> = {
  [Name in keyof Stages]: Stages[Name] extends Stage<infer P, infer S> ? StageActivity<P, S> : never;
};

function stageActivities<Stages extends Record<string, Stage<never, unknown>>>(
  stages: Stages,
  store: ArtifactStore,
  run: StageRunner,
): StageActivities<Stages> {
  const activities = Object.entries(stages).map(([name, stage]) => [name, stageActivity(stage, store, run)]);
  return Object.fromEntries(activities) as StageActivities<Stages>;
}

/** What a run reports when it has finished; its branches have reported theirs. */
export type FinishedRun = { rareClasses: string[] } & Omit<
  RunRecord,
  'recordVersion' | 'branches' | 'startedAt' | 'finishedAt'
>;

const workflowId = () => Context.current().info.workflowExecution!.workflowId;
