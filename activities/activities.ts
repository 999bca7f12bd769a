import { Context } from '@temporalio/activity';
import type { AllowList } from '../lib/artifacts/allow-list.ts';
import type { SourceReference } from '../lib/corpus/import-sources.ts';
import {
  type BranchRecord,
  noteBranch,
  noteFinish,
  noteInputs,
  type RunRecord,
} from '../lib/runs/run-record.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { RunSettings } from '../lib/settings/settings.ts';
import { STAGES } from '../lib/stages/index.ts';
import type { Stage, StageProgress } from '../lib/stages/stage.ts';
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
import {
  runOnce,
  type StageActivity,
  type StageHost,
  stageActivity,
  withHeartbeat,
  workflowId,
} from './stage-activity.ts';

/** What the first activity of a run learns about its input. */
export interface Inspection {
  dataset: string;
  sources: SourceReference[];
  /** The first skipped files of folders and patterns; absent in runs of 0.1.0. */
  passedOver?: string[];
  settings: RunSettings;
  place: RunPlace;
  searchAttributes: boolean;
}

export interface ActivityOptions extends StageHost {
  allowList: AllowList;
  searchAttributes: boolean;
}

export type Activities = ReturnType<typeof createActivities>;

/** The activities of a worker. */
export function createActivities({ store, run, allowList, searchAttributes }: ActivityOptions) {
  const host = { store, run };
  return {
    ...stageActivities(STAGES, host),
    inspectInput: (input: unknown): Promise<Inspection> =>
      withHeartbeat('inspectInput', async (options) => {
        checkRunId(workflowId());
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
    fineTune: stageActivity(STAGES.fineTune, host, signalProgress),
    findPreviousTexts: (parameters: ReuseParameters) =>
      withHeartbeat('findPreviousTexts', () => findPreviousTexts(store, parameters)),
    planReuse: (parameters: PlanReuseParameters) =>
      withHeartbeat('planReuse', () => planReuse(store, parameters)),
    /** All three steps, for runs that began before they were separate. */
    planTakeover: (parameters: ReuseParameters) =>
      withHeartbeat('planTakeover', async (options) => {
        const texts = await findPreviousTexts(store, parameters);
        if (!texts) return null;
        const compared = await runOnce(STAGES.compareTexts, host, texts, options);
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
  host: StageHost,
): StageActivities<Stages> {
  const activities = Object.entries(stages).map(([name, stage]) => [name, stageActivity(stage, host)]);
  return Object.fromEntries(activities) as StageActivities<Stages>;
}

/** The record of a finished run, without its branches, which record themselves. */
export type FinishedRun = { rareClasses: string[] } & Omit<
  RunRecord,
  'recordVersion' | 'branches' | 'startedAt' | 'finishedAt'
>;

/** Share of the work between two signals; each adds events to the branch's history. */
const PART = 0.25;

/** An observer that signals progress to the workflow of the current activity, at every quarter. */
function signalProgress(): (progress: StageProgress) => void {
  const { client, info } = Context.current();
  const { workflowId, runId } = info.workflowExecution!;
  let sent = 0;
  return (progress) => {
    const part = Math.floor(progress.done / (progress.total ?? Number.POSITIVE_INFINITY) / PART);
    if (part <= sent || progress.done === progress.total) return;
    sent = part;
    // If one of these signals (workflows/messages.ts) is lost, the next one and the heartbeat still arrive.
    const sending = client.workflow.getHandle(workflowId, runId).signal('workProgress', progress);
    sending.catch(() => {});
  };
}

/** A branch has its run's id, a slash and its class as its id, of which Temporal takes 1,000 characters. */
const LONGEST_RUN_ID = 700;

function checkRunId({ length }: string): void {
  if (length <= LONGEST_RUN_ID) return;
  throw new InvalidInput('workflow id', `has ${length} characters`, `Give one of at most ${LONGEST_RUN_ID}`);
}
