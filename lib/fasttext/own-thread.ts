import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { threadModule } from '../threads/thread-module.ts';
import type { ModelShape } from './model-memory.ts';
import type { TrainerOptions, TrainingProgress } from './trainer.ts';

/** What a training's thread is started with. It gets copies, but for what lies in shared memory. */
export type ThreadData = Omit<TrainerOptions, 'memory'> & { shape: ModelShape; wasm: WebAssembly.Memory };

/** `trainEpochs` in another thread; the model's memory must be shared. Whoever stops listening ends the thread. */
export async function* trainInOwnThread({
  memory,
  ...options
}: TrainerOptions): AsyncGenerator<TrainingProgress> {
  const { url, execArgv } = threadModule('./training-thread', import.meta.url);
  const workerData: ThreadData = { ...options, shape: memory.shape, wasm: memory.wasm };
  const worker = new Worker(url, { execArgv, workerData });
  try {
    for await (const [progress] of on(worker, 'message', { close: ['exit'] }))
      yield progress as TrainingProgress;
  } finally {
    await worker.terminate();
  }
}
