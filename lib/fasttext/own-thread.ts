import { on } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { createThreadPool } from '../threads/thread-pool.ts';
import type { ModelMemory, ModelShape } from './model-memory.ts';
import type { TrainerOptions, TrainingProgress } from './trainer.ts';

/** What a thread trains with. It gets copies, but for what lies in shared memory. */
export type ThreadTask = TrainerOptions & { shape: ModelShape; wasm: WebAssembly.Memory; port: MessagePort };

/** How long a thread waits for the next training: a new one takes longer to start than many trainings last. */
const IDLE_MS = 5000;

let pool: Piscina<ThreadTask, void> | undefined;

/** `trainEpochs` in another thread. Ending the iteration ends the thread. */
export async function* trainInOwnThread(
  { shape, wasm }: ModelMemory,
  options: TrainerOptions,
): AsyncGenerator<TrainingProgress> {
  pool ??= createThreadPool('./training-thread', import.meta.url, { idleMs: IDLE_MS });
  const { port1, port2: port } = new MessageChannel();
  const stop = new AbortController();
  const training = pool.run({ ...options, shape, wasm, port }, { transferList: [port], signal: stop.signal });
  training.catch(() => port1.close());
  try {
    for await (const [message] of on(port1, 'message', { close: ['close'] })) {
      yield message as TrainingProgress;
      if (message.done === 1) break;
    }
    await training;
  } finally {
    stop.abort();
    port1.close();
  }
}
