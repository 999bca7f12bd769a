/** The speed of this machine, measured in processes like those of stages. */

import { type ChildProcess, fork } from 'node:child_process';
import { sumBy } from '../lib/arithmetic/sums.ts';
import type { CalibrationRequest, ModelSpeed } from '../lib/planning/calibrate-model.ts';
import { forkArguments } from '../worker/fork-arguments.ts';
import type { FromCalibration } from './calibration-process.ts';

export interface Calibration {
  /** Until a stage's process is ready for its work, without and with the engine. */
  startSeconds: number;
  modelStartSeconds: number;
  speed: ModelSpeed;
}

/**
 * Measures in as many processes at once as the run would have, because they take memory bandwidth from each other.
 * @returns the means
 * @throws {EngineUnavailable} and what else a process threw, under its own name
 */
export async function calibrateMachine(
  request: CalibrationRequest,
  options: { processes: number; threads: number; signal: AbortSignal },
): Promise<Calibration> {
  // The first process finds its files on disk, all later ones in memory: only the later ones are like a run's.
  await calibrateInProcess(undefined, options);
  const processes = Array.from({ length: options.processes }, () => calibrateInProcess(request, options));
  const all = (await Promise.all(processes)).filter((one) => one !== undefined);
  const mean = (of: (one: Calibration) => number) => sumBy(all, of) / all.length;
  const [first] = all;
  const { fineTune, pretrain, adapt, ...rest } = first!.speed;
  return {
    startSeconds: mean(({ startSeconds }) => startSeconds),
    modelStartSeconds: mean(({ modelStartSeconds }) => modelStartSeconds),
    speed: {
      ...rest,
      fineTune: { ...fineTune, secondsPerStep: mean(({ speed }) => speed.fineTune.secondsPerStep) },
      ...(pretrain && {
        pretrain: { ...pretrain, secondsPerStep: mean(({ speed }) => speed.pretrain!.secondsPerStep) },
      }),
      ...(adapt && { adapt: { ...adapt, secondsPerStep: mean(({ speed }) => speed.adapt!.secondsPerStep) } }),
      secondsPerBatch: mean(({ speed }) => speed.secondsPerBatch),
    },
  };
}

/** @param request nothing for a process that only starts */
function calibrateInProcess(
  request: CalibrationRequest | undefined,
  { threads, signal }: { threads: number; signal: AbortSignal },
): Promise<Calibration | undefined> {
  const entry = new URL(
    import.meta.url.endsWith('.ts') ? './calibration-process.ts' : './calibration-process.js',
    import.meta.url,
  );
  const begun = performance.now();
  const child: ChildProcess = fork(entry, [], {
    execArgv: forkArguments(entry),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads), TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  let lastWords = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2000);
  });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<Calibration | undefined>((resolve, reject) => {
    const since = () => (performance.now() - begun) / 1000;
    let startSeconds = 0;
    let modelStartSeconds = 0;
    child.on('message', (message: FromCalibration) => {
      if (message.kind === 'started') startSeconds = since();
      else if (message.kind === 'speed') resolve({ startSeconds, modelStartSeconds, speed: message.speed });
      else if (message.kind === 'error') {
        reject(Object.assign(new Error(message.message), { name: message.name }));
        stop();
      } else {
        modelStartSeconds = since();
        if (request) return child.send(request);
        resolve(undefined);
        stop();
      }
    });
    child.on('error', reject);
    child.on('close', (code, killed) => {
      signal.removeEventListener('abort', stop);
      const how = killed ? `was killed by ${killed}` : `ended with exit code ${code}`;
      reject(signal.aborted ? signal.reason : new Error(`the calibration ${how}: ${lastWords.trim()}`));
    });
  });
}
