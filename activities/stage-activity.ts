/** Turns a stage into an activity: looks in the store, runs what is missing, heartbeats progress, forwards cancellation. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { stageKey } from '../lib/artifacts/key.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { noteUse } from '../lib/runs/run-record.ts';
import { findStage } from '../lib/stages/run-stage.ts';
import { isCached, type Stage, type StageProgress, type StageResult } from '../lib/stages/stage.ts';
import { FailureCount, isOutage, toFailure } from './failures.ts';
import { saveScratchRegularly } from './save-scratch.ts';
import { stageMetrics } from './stage-metrics.ts';

/** The store of an activity, and the runner of stages that are not in it. */
export interface StageHost {
  store: ArtifactStore;
  run: StageRunner;
}

export type RunOptions = { signal: AbortSignal; onProgress: (progress: StageProgress) => void };

/** Runs a stage outside this process. Rejects with the stage's own error, or `StageProcessDied`. */
export type StageRunner = <P, S>(
  stage: Stage<P, S>,
  parameters: P,
  options: RunOptions,
) => Promise<StageResult<S>>;

/** Less than half of the heartbeat timeout, so that one late heartbeat does no harm. */
const HEARTBEAT_MS = 15_000;

/** Whether the worker is shutting down: Temporal gives this message as the cancellation reason. */
export const isShutdown = (reason: unknown) => (reason as Error).message === 'WORKER_SHUTDOWN';

/** Id of the workflow that the current activity belongs to. */
export const workflowId = (): string => Context.current().info.workflowExecution!.workflowId;

export type StageActivity<P, S> = (parameters: P) => Promise<StageResult<S>>;

/** @param observer called when the activity starts; returns a callback for its progress */
export function stageActivity<P, S>(
  stage: Stage<P, S>,
  host: StageHost,
  observer: () => (progress: StageProgress) => void = () => () => {},
): StageActivity<P, S> {
  return (parameters) =>
    withHeartbeat(stage.name, ({ signal, onProgress }) => {
      const observe = observer();
      const report = (progress: StageProgress) => {
        onProgress(progress);
        observe(progress);
      };
      return runOnce(stage, host, parameters, { signal, onProgress: report });
    });
}

/** The result of a stage, from the store if possible. Marked as used first, so that it is not pruned meanwhile. */
export async function runOnce<P, S>(
  stage: Stage<P, S>,
  { store, run }: StageHost,
  parameters: P,
  options: RunOptions,
): Promise<StageResult<S>> {
  const key = stageKey(stage, parameters);
  await noteUse(store, workflowId(), stage.name, key);
  const found = await findStage(store, stage, parameters);
  if (found) return found;
  const stopSaving = saveScratchRegularly(store, stage.name, key);
  try {
    const result = await run(stage, parameters, options);
    await stopSaving('clear');
    return result;
  } catch (error) {
    const { aborted, reason } = options.signal;
    await stopSaving(aborted && !isShutdown(reason) ? 'leave' : 'save');
    throw error;
  }
}

/** Runs the work of an activity, heartbeats its progress, and turns its errors into failures. */
export async function withHeartbeat<T>(name: string, work: (options: RunOptions) => Promise<T>): Promise<T> {
  const context = Context.current();
  const metrics = stageMetrics(context.metricMeter, name);
  const failures = new FailureCount(context.info);
  let latest: StageProgress | undefined;
  const beat = () => context.heartbeat({ ...latest, ...failures.state });
  const onProgress = (progress: StageProgress) => {
    latest = progress;
    failures.note(progress);
    metrics.note(progress);
    beat();
  };
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    context.log.info(`${name} begins`);
    const result = await work({ signal: context.cancellationSignal, onProgress });
    const cached = isCached(result);
    metrics.end(cached ? 'cached' : 'done');
    context.log.info(`${name} is done`, { cached });
    return result;
  } catch (error) {
    metrics.end('failed');
    context.log.warn(`${name} failed`, { reason: (error as Error).message });
    if (context.cancellationSignal.aborted) await cancelled(context);
    if (!isOutage(error)) failures.add();
    beat();
    throw toFailure(error, failures.state.failures);
  } finally {
    clearInterval(timer);
  }
}

/** Rejects with the reason to stop the activity. A worker that shuts down leaves it to another one. */
const cancelled = (context: Context): Promise<never> =>
  context.cancelled.catch((reason) => {
    if (!isShutdown(reason)) throw reason;
    throw ApplicationFailure.retryable('the worker shut down; another one continues', 'WorkerShutdown');
  });
