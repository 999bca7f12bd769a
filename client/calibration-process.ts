/**
 * The process that measures the engine's speed for `plan`. It is a process of its own, as those of stages are, so that
 * the engine gets as many threads as a stage of a worker would get, and its memory is its own. It loads what they load.
 */
import { once } from 'node:events';
import { type CalibrationRequest, calibrateModel, type ModelSpeed } from '../lib/planning/calibrate-model.ts';
import '../lib/stages/index.ts';
import { loadEngine } from '../lib/tensorflow/engine.ts';

export interface Calibration {
  /** Until a stage's process is ready for its work, without and with the engine. */
  startSeconds: number;
  modelStartSeconds: number;
  speed: ModelSpeed;
}

/** What it answers to a request; nothing is measured for `null`, but the process started. */
export type Answer = Calibration | { failure: { name: string; message: string } } | null;

async function answerTo(request: CalibrationRequest | null): Promise<Answer> {
  try {
    const startSeconds = performance.now() / 1000;
    await loadEngine();
    const modelStartSeconds = performance.now() / 1000;
    return request && { startSeconds, modelStartSeconds, speed: await calibrateModel(request) };
  } catch (error) {
    const { name, message } = error as Error;
    return { failure: { name, message } };
  }
}

process.on('disconnect', () => process.exit(1));
const [request] = (await once(process, 'message')) as [{ request: CalibrationRequest | null }];
process.send!({ answer: await answerTo(request.request) }, () => process.exit(0));
