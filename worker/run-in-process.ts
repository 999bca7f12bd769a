import type { StageRunner } from '../activities/stage-activity.ts';
import type { AllowedPlaces } from '../lib/artifacts/allow-list.ts';
import type { StageProgress, StageResult } from '../lib/stages/stage.ts';
import { forkModelProcess } from './fork-arguments.ts';

/** Messages of the worker to a stage process. */
export type ToStageProcess =
  | { kind: 'run'; stage: string; parameters: unknown; store: string; places: AllowedPlaces }
  | { kind: 'abort' };

/** Messages of a stage process to the worker. */
export type FromStageProcess =
  | { kind: 'progress'; progress: StageProgress }
  | { kind: 'result'; result: StageResult<unknown> }
  | { kind: 'error'; name: string; message: string; stack?: string; retryable?: boolean };

/** The stage's process ended without a result: killed from outside, out of memory, or crashed. */
export class StageProcessDied extends Error {
  override readonly name = 'StageProcessDied';

  constructor(stage: string, code: number | null, signal: string | null, lastWords: string) {
    const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    const hint = signal === 'SIGKILL' ? ' (the machine may have run out of memory)' : '';
    super(`the process of ${stage} ${how}${hint}${lastWords ? `; its last words: ${lastWords}` : ''}`);
  }
}

/** An error that a stage threw in its process, under its own name. */
function stageError({
  name,
  message,
  stack,
  retryable,
}: Extract<FromStageProcess, { kind: 'error' }>): Error {
  return Object.assign(new Error(message), { name, retryable, ...(stack && { stack }) });
}

/** How long a process may take to exit after its work was cancelled. */
const CANCEL_GRACE_MS = 8_000;

export interface StageProcessSettings {
  /** Address of the artifact store. */
  store: string;
  /** Where references may lead besides. */
  places: AllowedPlaces;
  /** Threads that TensorFlow may use in one process. */
  threads: number;
  /** How long a process may take to write its checkpoint when the worker shuts down. */
  graceMilliseconds: number;
}

/** A runner that forks a process for each stage. */
export function stageProcessRunner(settings: StageProcessSettings): StageRunner {
  const { store, places, threads } = settings;
  return (stage, parameters, { signal, onProgress }) => {
    signal.throwIfAborted();
    const named = (parameters as { class?: unknown }).class;
    const { child, lastWords } = forkModelProcess('./stage-process', import.meta.url, {
      threads,
      // Stage and class stand in the arguments so that a person finds the process in `ps`.
      args: [stage.name, ...(typeof named === 'string' ? [named] : [])],
      env: environmentOfStage(),
    });
    const send = (message: ToStageProcess) => {
      if (child.connected) child.send(message, () => {});
    };
    let killTimer: NodeJS.Timeout | undefined;
    const abort = () => {
      send({ kind: 'abort' });
      const grace = isShutdown(signal) ? settings.graceMilliseconds : CANCEL_GRACE_MS;
      killTimer = setTimeout(() => child.kill('SIGKILL'), grace);
    };
    signal.addEventListener('abort', abort, { once: true });
    send({ kind: 'run', stage: stage.name, parameters, store, places });

    return new Promise<StageResult<never>>((resolve, reject) => {
      let outcome: Extract<FromStageProcess, { kind: 'result' | 'error' }> | undefined;
      child.on('message', (message: FromStageProcess) => {
        if (message.kind === 'progress') onProgress(message.progress);
        else outcome = message;
      });
      child.on('error', reject);
      child.on('close', (code, exitSignal) => {
        signal.removeEventListener('abort', abort);
        clearTimeout(killTimer);
        if (outcome?.kind === 'result') resolve(outcome.result as StageResult<never>);
        else if (outcome) reject(stageError(outcome));
        else reject(new StageProcessDied(stage.name, code, exitSignal, lastWords()));
      });
    });
  };
}

/** Whether the worker is what ends, and not the work: Temporal gives the reason as a failure of this message. */
const isShutdown = (signal: AbortSignal) => (signal.reason as Error).message === 'WORKER_SHUTDOWN';

/** A stage talks to the store alone: what opens Temporal or the hub stays in the worker. */
function environmentOfStage(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(TEMPORAL_|HF_TOKEN|HUGGING_FACE_HUB_TOKEN)/.test(name),
    ),
  );
}
