/** The speed of this machine, measured in processes like those of stages. */
import { sumBy } from '../lib/arithmetic/sums.ts';
import type { CalibrationRequest, ModelSpeed } from '../lib/planning/calibrate-model.ts';
import { withPaces } from '../lib/planning/estimate.ts';
import { forkModelProcess } from '../worker/fork-arguments.ts';
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
  return {
    startSeconds: mean(({ startSeconds }) => startSeconds),
    modelStartSeconds: mean(({ modelStartSeconds }) => modelStartSeconds),
    speed: withPaces(
      all[0]!.speed,
      (training) => mean(({ speed }) => speed[training]!.secondsPerStep),
      mean(({ speed }) => speed.secondsPerBatch),
    ),
  };
}

/** @param request nothing for a process that only starts */
function calibrateInProcess(
  request: CalibrationRequest | undefined,
  { threads, signal }: { threads: number; signal: AbortSignal },
): Promise<Calibration | undefined> {
  const begun = performance.now();
  const { child, lastWords } = forkModelProcess('./calibration-process', import.meta.url, { threads });
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
      reject(signal.aborted ? signal.reason : new Error(`the calibration ${how}: ${lastWords()}`));
    });
  });
}
