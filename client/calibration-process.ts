/**
 * The process that measures the engine's speed for `plan`. It is a process of its own, as those of stages are, so that
 * the engine gets as many threads as a stage of a worker would get, and its memory is its own.
 */
import { type CalibrationRequest, calibrateModel, type ModelSpeed } from '../lib/planning/calibrate-model.ts';
import { STAGES } from '../lib/stages/index.ts';
import { loadEngine } from '../lib/tensorflow/engine.ts';

export type FromCalibration =
  /** Every stage is loaded, and then the engine too. */
  | { kind: 'started'; stages: number }
  | { kind: 'ready' }
  | { kind: 'speed'; speed: ModelSpeed }
  | { kind: 'error'; name: string; message: string };

const send = (message: FromCalibration) => new Promise<void>((done) => process.send!(message, () => done()));

process.on('disconnect', () => process.exit(1));
process.on('message', (request: CalibrationRequest) => void measure(request));

// A stage's process loads every stage before its work begins, and the engine where it needs it; so does this one.
await send({ kind: 'started', stages: Object.keys(STAGES).length });
await loadEngine().then(
  () => send({ kind: 'ready' }),
  ({ name, message }: Error) => send({ kind: 'error', name, message }),
);

async function measure(request: CalibrationRequest): Promise<void> {
  try {
    await send({ kind: 'speed', speed: await calibrateModel(request) });
  } catch (error) {
    const { name, message } = error as Error;
    await send({ kind: 'error', name, message });
  }
  process.exit(0);
}
