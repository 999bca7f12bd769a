/**
 * How a stage becomes an activity: look into the artifact store, run what is missing in a process of its own, show
 * its progress as heartbeats, and pass cancellation on.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { stageKey } from '../lib/artifacts/key.ts';
import type { ArtifactStore } from '../lib/artifacts/store.ts';
import { noteUse } from '../lib/runs/run-record.ts';
import { findStage } from '../lib/stages/run-stage.ts';
import type { Stage, StageProgress, StageResult } from '../lib/stages/stage.ts';
import { toFailure } from './failures.ts';

/** Runs a stage outside this process. Rejects with the stage's own error, or `StageProcessDied`. */
export type StageRunner = <P, S>(
  stage: Stage<P, S>,
  parameters: P,
  options: { signal: AbortSignal; onProgress: (progress: StageProgress) => void },
) => Promise<StageResult<S>>;

/** Shorter than half of the workflows' heartbeat time-out, so that one late beat does no harm. */
const HEARTBEAT_MS = 15_000;

export type StageActivity<P, S> = (parameters: P) => Promise<StageResult<S>>;

export function stageActivity<P, S>(
  stage: Stage<P, S>,
  store: ArtifactStore,
  run: StageRunner,
): StageActivity<P, S> {
  return (parameters) =>
    withHeartbeat((onProgress, signal) => runOnce(stage, store, run, parameters, { signal, onProgress }));
}

/** The result of a stage, from the store where it is there. Noted as used first, so that nobody prunes it meanwhile. */
export async function runOnce<P, S>(
  stage: Stage<P, S>,
  store: ArtifactStore,
  run: StageRunner,
  parameters: P,
  options: { signal: AbortSignal; onProgress: (progress: StageProgress) => void },
): Promise<StageResult<S>> {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution)
    await noteUse(store, workflowExecution.workflowId, stage.name, stageKey(stage, parameters));
  return (await findStage(store, stage, parameters)) ?? (await run(stage, parameters, options));
}

/** Runs the work of an activity with a heartbeat that tells its latest progress, and turns its errors into failures. */
export async function withHeartbeat<T>(
  work: (onProgress: (progress: StageProgress) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const context = Context.current();
  let latest: StageProgress | undefined;
  const onProgress = (progress: StageProgress) => {
    latest = progress;
    context.heartbeat(progress);
  };
  const timer = setInterval(() => context.heartbeat(latest), HEARTBEAT_MS);
  try {
    return await work(onProgress, context.cancellationSignal);
  } catch (error) {
    if (context.cancellationSignal.aborted) await cancelled(context);
    throw toFailure(error, context.info.attempt);
  } finally {
    clearInterval(timer);
  }
}

/** Rejects with why the activity is to stop. A worker that shuts down leaves the activity to the next one. */
async function cancelled(context: Context): Promise<never> {
  try {
    return await context.cancelled;
  } catch (reason) {
    if ((reason as Error).message !== 'WORKER_SHUTDOWN') throw reason;
    throw ApplicationFailure.retryable('the worker shut down; another one continues', 'WorkerShutdown');
  }
}
