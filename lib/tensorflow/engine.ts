/**
 * TensorFlow, by way of tfjs-node's binding. This is the only place that imports it, because its import must be
 * prepared, takes most of a second, and can fail on a machine that has not been set up.
 */

import { availableParallelism } from 'node:os';
import util from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Engine } from './tensors.ts';

class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';

  constructor(cause: unknown) {
    const [reason] = String((cause as Error)?.message ?? cause).split('\n');
    super(`the TensorFlow binding cannot be loaded (${reason}). Run: npx counterpoise setup`, { cause });
  }
}

let loading: Promise<Engine> | undefined;

/**
 * Loads TensorFlow, once per process. `TF_NUM_INTRAOP_THREADS` in the environment sets its threads.
 * @throws {EngineUnavailable}
 */
export function loadEngine(): Promise<Engine> {
  loading ??= importEngine();
  return loading;
}

/** Threads that this process may compute with. */
export const engineThreads = (): number =>
  Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();

/**
 * How many of so many tasks to work on at once. Where there is one for each thread, operations get one thread each.
 * @returns 1 where the engine has been loaded before, because its threads are settled then
 */
export function shareOutTasks(tasks: number): number {
  const threads = engineThreads();
  const shared = Math.min(threads, tasks);
  if (loading || shared < 2) return 1;
  if (shared === threads) process.env.TF_NUM_INTRAOP_THREADS = '1';
  return shared;
}

async function importEngine(): Promise<Engine> {
  // tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed, and the deprecated `util.isArray`.
  const functions = util as unknown as Record<string, unknown>;
  functions.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  functions.isArray = Array.isArray;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // The first process would take the whole memory of a GPU, and leave none to those of the other model slots.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  try {
    const module = await import('@tensorflow/tfjs-node');
    const tf = module.default ?? module;
    tf.env().set('PROD', true);
    await tf.ready();
    return tf.backend() as unknown as Engine;
  } catch (cause) {
    throw new EngineUnavailable(cause);
  }
}

/**
 * Frees what nothing refers to. V8 would do so when its own heap grows, but the arrays that a checkpoint was read into
 * lie outside it and are as large as the model.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
