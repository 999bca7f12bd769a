/**
 * Several batches at once, each decoded in a thread of its own: to share out the hundreds of small operations of a step
 * costs more in waking threads than it saves.
 */
import type { Piscina } from 'piscina';
import { createThreadPool } from '../../threads/thread-pool.ts';
import type { T5Config } from '../checkpoint/config.ts';
import type { Batch, Generation, Generator } from './generator.ts';

/** Decodes one batch at a time. @throws the signal's reason */
export type Decoder = (batch: Batch, signal?: AbortSignal) => Promise<Generation[]>;

export class Decoders {
  /** Each can be busy with a batch at the same time. At first it is this thread's alone. */
  all: readonly Decoder[];
  readonly #generator: Generator;
  readonly #most: number;
  #threads: Piscina<Batch, Generation[]> | undefined;

  /** @param most decoders in all; each takes the memory of a batch, and all share the generator's weights */
  constructor(generator: Generator, most: number) {
    this.#generator = generator;
    this.#most = most;
    this.all = [(batch, signal) => generator.generate(batch, signal)];
  }

  get config(): T5Config {
    return this.#generator.model.config;
  }

  /**
   * Starts the other threads, which takes them a second; what is asked of them meanwhile waits. On a GPU, which one
   * thread keeps busy and where each would have weights of its own, there are none.
   */
  startOthers(): void {
    if (this.#most === 1 || this.#threads || this.#generator.isOnGpu) return;
    const threads = createThreadPool<Batch, Generation[]>('./decoding-thread', import.meta.url, {
      threads: this.#most - 1,
      workerData: this.#generator.model,
    });
    const other: Decoder = async (batch, signal) => {
      try {
        return await threads.run(batch, signal ? { signal } : {});
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    };
    this.#threads = threads;
    // Others first: what this thread is given keeps it from handing out more for a moment.
    this.all = [...Array<Decoder>(this.#most - 1).fill(other), ...this.all];
  }

  /** Ends the other threads, and gives the memory of the weights back. */
  async dispose(): Promise<void> {
    await this.#threads?.destroy();
    this.#generator.dispose();
  }
}
