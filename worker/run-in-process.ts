import { fork } from 'node:child_process';
import { isShutdown, type StageRunner } from '../activities/stage-activity.ts';
import type { AllowedPlaces } from '../lib/artifacts/allow-list.ts';
import type { CalibrationRequest } from '../lib/planning/calibrate-model.ts';
import type { ModelSpeed, Starts } from '../lib/planning/estimate.ts';
import type { StageProgress, StageResult } from '../lib/stages/stage.ts';
import { moduleUrl, nodeArguments } from '../lib/threads/thread-pool.ts';

/** The task of a stage process. A calibration without a request only starts the process and loads the engine. */
export type StageProcessWork =
  | { kind: 'run'; stage: string; parameters: unknown; store: string; places: AllowedPlaces }
  | { kind: 'calibrate'; request?: CalibrationRequest };

/** Messages from the worker to a stage process. */
export type ToStageProcess = StageProcessWork | { kind: 'abort' };

/** The speed of this machine, measured in one process. */
export interface Calibration extends Starts {
  speed: ModelSpeed;
}

/** Messages from a stage process to the worker. */
export type FromStageProcess =
  | { kind: 'progress'; progress: StageProgress }
  | { kind: 'result'; result?: StageResult<unknown> | Calibration | undefined }
  | { kind: 'error'; name: string; message: string; stack?: string; retryable?: boolean };

/** A stage process exited without a result: killed, out of memory, or crashed. */
export class StageProcessDied extends Error {
  override readonly name = 'StageProcessDied';

  constructor(stage: string, code: number | null, signal: string | null, lastWords: string) {
    const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    const hint = signal === 'SIGKILL' ? ' (the machine may have run out of memory)' : '';
    super(`the process of ${stage} ${how}${hint}${lastWords ? `; its last words: ${lastWords}` : ''}`);
  }
}

/** How long a process may take to exit after cancellation. */
const CANCEL_GRACE_MS = 8_000;
/** Characters kept of a process's standard error. */
const LAST_WORDS = 2_000;

export interface StageProcessSettings {
  /** Address of the artifact store. */
  store: string;
  /** Allowed locations of references outside the store. */
  places: AllowedPlaces;
  /** Threads that TensorFlow may use in one process. */
  threads: number;
  /** How long a process may take to write its checkpoint at worker shutdown. */
  graceMilliseconds: number;
}

/** A runner that forks a process for each stage. */
export function stageProcessRunner(settings: StageProcessSettings): StageRunner {
  const { store, places, threads, graceMilliseconds } = settings;
  return ({ name: stage }, parameters, { signal, onProgress }) => {
    const named = (parameters as { class?: unknown }).class;
    return runInProcess<StageResult<never>>(
      { kind: 'run', stage, parameters, store, places },
      {
        // Stage and class are arguments so that `ps` shows them.
        args: [stage, ...(typeof named === 'string' ? [named] : [])],
        threads,
        signal,
        onProgress,
        graceMilliseconds: () => (isShutdown(signal.reason) ? graceMilliseconds : CANCEL_GRACE_MS),
      },
    );
  };
}

/** Measures the engine's speed in a process like those of stages. Rejects like a stage. */
export const calibrateInProcess = (
  options: { threads: number; signal: AbortSignal },
  request?: CalibrationRequest,
): Promise<Calibration> =>
  runInProcess(
    { kind: 'calibrate', request },
    { args: ['calibrate'], graceMilliseconds: () => 0, ...options },
  );

/** @param options.args the task of the process, and details for `ps` */
function runInProcess<Result>(
  work: StageProcessWork,
  options: {
    args: [string, ...string[]];
    threads: number;
    signal: AbortSignal;
    onProgress?: (progress: StageProgress) => void;
    /** How long the process may continue after `signal` was aborted. */
    graceMilliseconds(): number;
  },
): Promise<Result> {
  const { args, threads, signal, onProgress, graceMilliseconds } = options;
  signal.throwIfAborted();
  const entry = moduleUrl('./stage-process', import.meta.url);
  const child = fork(entry, args, {
    execArgv: nodeArguments(entry.href),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...environmentOfStage(), TF_NUM_INTRAOP_THREADS: String(threads), TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  let lastWords = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  const send = (message: ToStageProcess) => {
    if (child.connected) child.send(message, () => {});
  };
  let killTimer: NodeJS.Timeout | undefined;
  const abort = () => {
    send({ kind: 'abort' });
    killTimer = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds());
  };
  signal.addEventListener('abort', abort, { once: true });
  send(work);
  return new Promise((resolve, reject) => {
    let outcome: Extract<FromStageProcess, { kind: 'result' | 'error' }> | undefined;
    child.on('message', (message: FromStageProcess) => {
      if (message.kind === 'progress') onProgress?.(message.progress);
      else outcome = message;
    });
    child.on('error', reject);
    child.on('close', (code, exitSignal) => {
      signal.removeEventListener('abort', abort);
      clearTimeout(killTimer);
      if (outcome?.kind === 'result') resolve(outcome.result as Result);
      else if (outcome) reject(Object.assign(new Error(outcome.message), outcome));
      else
        reject(
          signal.aborted ? signal.reason : new StageProcessDied(args[0], code, exitSignal, lastWords.trim()),
        );
    });
  });
}

/** A stage only accesses the store: credentials for Temporal and the hub stay in the worker. */
function environmentOfStage(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(TEMPORAL_|HF_TOKEN|HUGGING_FACE_HUB_TOKEN)/.test(name),
    ),
  );
}
