/**
 * The process in which one stage runs: the worker forks it, sends it the stage and its parameters, and gets progress
 * and the result back. A crash or an exhausted memory ends this process and nothing else.
 */
import { AllowList } from '../lib/artifacts/allow-list.ts';
import { namedIfDiskFull } from '../lib/artifacts/disk-full.ts';
import { openStore } from '../lib/artifacts/open-store.ts';
import { STAGES } from '../lib/stages/index.ts';
import { runStage } from '../lib/stages/run-stage.ts';
import type { Stage, StageProgress } from '../lib/stages/stage.ts';
import type { FromStageProcess, ToStageProcess } from './run-in-process.ts';

/** Progress comes with every step; a person reads a few a second at most. */
const PROGRESS_MS = 500;

const abort = new AbortController();

process.on('message', (message: ToStageProcess) => {
  if (message.kind === 'abort') abort.abort();
  else void run(message);
});
// Without a worker the result would be lost, and the next worker starts the stage anew.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole process group; the worker, which gets it too, says when to stop.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => abort.abort());

async function run(message: Extract<ToStageProcess, { kind: 'run' }>): Promise<void> {
  const { stage, parameters, store, places } = message;
  try {
    const found = (STAGES as Record<string, Stage<unknown, unknown>>)[stage];
    if (!found) throw new Error(`stage ${stage} is unknown to this worker`);
    const options = {
      signal: abort.signal,
      onProgress: throttled((progress) => send({ kind: 'progress', progress })),
    };
    const opened = await openStore(store, new AllowList(places));
    await send({ kind: 'result', result: await runStage(opened, found, parameters, options) });
  } catch (error) {
    await send({ kind: 'error', ...describe(error) });
  }
  process.disconnect();
}

function describe(error: unknown) {
  const { name, message, stack, retryable } = namedIfDiskFull(error) as Error & { retryable?: boolean };
  return { name: name ?? 'Error', message: message ?? String(error), stack, retryable };
}

function throttled(send: (progress: StageProgress) => void): (progress: StageProgress) => void {
  let sentAt = Number.NEGATIVE_INFINITY;
  let phase = '';
  return (progress) => {
    const now = performance.now();
    const isLast = progress.total !== undefined && progress.done >= progress.total;
    if (now - sentAt < PROGRESS_MS && progress.phase === phase && !isLast) return;
    sentAt = now;
    phase = progress.phase;
    send(progress);
  };
}

const send = (message: FromStageProcess) => new Promise<void>((done) => process.send!(message, () => done()));
