import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { threadModule } from '../threads/thread-module.ts';
import type { ModelMemoryShare } from './model-memory.ts';
import {
  type TokenCounter,
  type TrainerOptions,
  type TrainingProgress,
  weightsOverflowed,
} from './trainer.ts';

/** What a thread is started with: everything large lies in shared memory. */
export type ThreadOptions = Omit<TrainerOptions, 'memory' | 'counter'> & {
  memory: ModelMemoryShare;
  control: SharedArrayBuffer;
};

/** What a thread tells. */
export type FromThread = { kind: 'progress'; progress: TrainingProgress } | { kind: 'overflow' };

/** What the threads of one training have in common: the tokens they have done, and whether they are to stop. */
export class Control implements TokenCounter {
  readonly buffer: SharedArrayBuffer;
  readonly #tokens: BigInt64Array;
  readonly #stop: Int32Array;

  constructor(buffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#tokens = new BigInt64Array(buffer, 0, 1);
    this.#stop = new Int32Array(buffer, 8, 1);
  }

  get value(): number {
    return Number(Atomics.load(this.#tokens, 0));
  }

  add(tokens: number): number {
    return Number(Atomics.add(this.#tokens, 0, BigInt(tokens))) + tokens;
  }

  get isStopped(): boolean {
    return Atomics.load(this.#stop, 0) === 1;
  }

  stop(): void {
    Atomics.store(this.#stop, 0, 1);
  }
}

/**
 * Trains with several threads; the calling one only waits.
 * @throws what `trainEpochs` throws in any of them, and the signal's reason when it is aborted
 */
export async function runThreads(
  options: Omit<TrainerOptions, 'thread' | 'counter'>,
  signal: AbortSignal | undefined,
  onProgress: ((progress: TrainingProgress) => void) | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const control = new Control();
  const stop = () => control.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const { memory, ...rest } = options;
  try {
    const outcomes = await Promise.allSettled(
      Array.from({ length: options.threads }, (_, thread) =>
        runThread({ ...rest, memory: memory.share(), thread, control: control.buffer }, onProgress, stop),
      ),
    );
    signal?.throwIfAborted();
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

async function runThread(
  options: ThreadOptions,
  onProgress: ((progress: TrainingProgress) => void) | undefined,
  stopAll: () => void,
): Promise<void> {
  const { url, execArgv } = threadModule('./training-thread', import.meta.url);
  const worker = new Worker(url, { execArgv, workerData: options });
  let hasOverflowed = false;
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'progress') onProgress?.(message.progress);
    else hasOverflowed = true;
  });
  try {
    await once(worker, 'exit');
    if (hasOverflowed) throw weightsOverflowed();
  } catch (error) {
    stopAll();
    throw error;
  }
}
