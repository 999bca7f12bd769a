/**
 * Several batches at once, each decoded in a thread of its own: to share out the hundreds of small operations of a step
 * costs more in waking threads than it saves.
 */
import type { Piscina } from 'piscina';
import { createThreadPool } from '../../threads/thread-pool.ts';
import type { Batch, Generation, Generator } from './generator.ts';

/** Decodes one batch at a time. @throws the signal's reason */
export type Decoder = (batch: Batch, signal?: AbortSignal) => Promise<Generation[]>;

export class Decoders {
  /** Each can be busy with a batch at the same time. */
  readonly all: readonly Decoder[];
  readonly #generator: Generator;
  readonly #threads: Piscina<Batch, Generation[]> | undefined;

  /**
   * Starts all threads but this one, which takes them a second; what is asked of them meanwhile waits. On a GPU, which one
   * thread keeps busy and where each would have weights of its own, there are none.
   * @param most decoders in all; each takes the memory of a batch, and all share the generator's weights
   */
  constructor(generator: Generator, most: number) {
    const others = generator.isOnGpu ? 0 : most - 1;
    const threads =
      others > 0
        ? createThreadPool<Batch, Generation[]>('./decoding-thread', import.meta.url, {
            threads: others,
            workerData: generator.model,
          })
        : undefined;
    const other: Decoder = async (batch, signal) => {
      try {
        return await threads!.run(batch, signal ? { signal } : {});
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    };
    this.#generator = generator;
    this.#threads = threads;
    // Others first: what this thread is given keeps it from handing out more for a moment.
    this.all = [...Array<Decoder>(others).fill(other), (batch, signal) => generator.generate(batch, signal)];
  }

  /** Ends the other threads, and gives the memory of the weights back. */
  async dispose(): Promise<void> {
    await this.#threads?.destroy();
    this.#generator.dispose();
  }
}
