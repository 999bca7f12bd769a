/**
 * The process in which one stage runs: the worker forks it, sends it the stage and its parameters, and gets progress
 * and the result back. A crash or running out of memory ends only this process. `plan` also measures the engine in it.
 */
import { AllowList } from '../lib/artifacts/allow-list.ts';
import { asDiskFull } from '../lib/artifacts/disk-full.ts';
import { openStore } from '../lib/artifacts/open-store.ts';
import { type CalibrationRequest, calibrateModel } from '../lib/planning/calibrate-model.ts';
import { STAGES } from '../lib/stages/index.ts';
import { runStage } from '../lib/stages/run-stage.ts';
import type { Stage } from '../lib/stages/stage.ts';
import { loadEngine } from '../lib/tensorflow/engine.ts';
import type { Calibration, FromStageProcess, StageProcessWork, ToStageProcess } from './run-in-process.ts';

const abort = new AbortController();

process.on('message', (message: ToStageProcess) => {
  if (message.kind === 'abort') abort.abort();
  else void run(message);
});
// Without a worker the result would be lost, and another worker restarts the stage.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole process group; the worker gets it too and decides when to stop.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => abort.abort());

async function run(work: StageProcessWork): Promise<void> {
  try {
    const result = await (work.kind === 'run' ? resultOf(work) : calibrate(work.request));
    await send({ kind: 'result', result });
  } catch (error) {
    await send({ kind: 'error', ...describe(error) });
  }
  process.disconnect();
}

async function resultOf({ stage, parameters, store, places }: Extract<StageProcessWork, { kind: 'run' }>) {
  const found = (STAGES as Record<string, Stage<unknown, unknown>>)[stage];
  if (!found) throw new Error(`stage ${stage} is unknown to this worker`);
  const opened = await openStore(store, new AllowList(places));
  return runStage(opened, found, parameters, {
    signal: abort.signal,
    onProgress: (progress) => void send({ kind: 'progress', progress }),
  });
}

async function calibrate(request: CalibrationRequest | undefined): Promise<Calibration | undefined> {
  const startSeconds = performance.now() / 1000;
  await loadEngine();
  const modelStartSeconds = performance.now() / 1000;
  return request && { startSeconds, modelStartSeconds, speed: await calibrateModel(request) };
}

function describe(error: unknown) {
  const { name, message, stack, retryable } = asDiskFull(error) as Error & { retryable?: boolean };
  return { name: name ?? 'Error', message: message ?? String(error), stack, retryable };
}

const send = (message: FromStageProcess) => new Promise<void>((done) => process.send!(message, () => done()));
