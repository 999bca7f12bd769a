/** The speed of this machine, measured in processes like those of stages. */
import { mean } from '../lib/arithmetic/sums.ts';
import type { CalibrationRequest } from '../lib/planning/calibrate-model.ts';
import { combine } from '../lib/planning/estimate.ts';
import { forkModelProcess } from '../worker/fork-arguments.ts';
import type { Answer, Calibration } from './calibration-process.ts';

interface Options {
  processes: number;
  threads: number;
  signal: AbortSignal;
}

/**
 * Measures in as many processes at once as the run would have, because they take memory bandwidth from each other.
 * @returns the means
 * @throws {EngineUnavailable} and what else a process threw, under its own name
 */
export async function calibrateMachine(request: CalibrationRequest, options: Options): Promise<Calibration> {
  // The first process finds its files on disk, all later ones in memory: only the later ones are like a run's.
  await calibrateInProcess(null, options);
  const processes = Array.from({ length: options.processes }, () => calibrateInProcess(request, options));
  return combine((await Promise.all(processes)) as Calibration[], mean);
}

function calibrateInProcess(
  request: CalibrationRequest | null,
  { threads, signal }: Options,
): Promise<Calibration | null> {
  const { child, lastWords } = forkModelProcess('./calibration-process', import.meta.url, { threads });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise<Calibration | null>((resolve, reject) => {
    child.on('message', ({ answer }: { answer: Answer }) => {
      if (answer && 'failure' in answer)
        reject(Object.assign(new Error(answer.failure.message), { name: answer.failure.name }));
      else resolve(answer);
    });
    child.on('error', reject);
    child.on('close', (code, killed) => {
      signal.removeEventListener('abort', stop);
      const how = killed ? `was killed by ${killed}` : `ended with exit code ${code}`;
      reject(signal.aborted ? signal.reason : new Error(`the calibration ${how}: ${lastWords()}`));
    });
    child.send({ request });
  });
}
