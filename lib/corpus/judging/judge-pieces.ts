import { setImmediate } from 'node:timers/promises';
import type { Piscina } from 'piscina';
import { createThreadPool } from '../../threads/thread-pool.ts';
import type { RowSource } from '../block-rows.ts';
import type { RejectedRow } from '../rows.ts';
import type { Block, Piece } from '../source/block.ts';
import { type BlockJudgeSettings, createBlockJudge, type JudgedBlock } from './judge-block.ts';
import type { JudgeTask, JudgeWorkerData } from './judge-worker.ts';
import type { VerdictCacheFiles } from './verdict-cache.ts';

export interface JudgePiecesOptions {
  settings: BlockJudgeSettings;
  cached: VerdictCacheFiles | undefined;
  /** Threads that judge, this one among them. What comes out does not depend on it. */
  threads: number;
  /** Whether so much is left that others are worth their start; asked before each block until it is so. */
  isWorthThreads: () => boolean;
  signal?: AbortSignal | undefined;
}

/** A piece of a source, with what is known of the source. */
export interface SourcePiece {
  piece: Piece;
  source: RowSource;
}

/** What came of a piece: its judged records, or the row that was set aside when the source was cut. */
export type JudgedPiece = JudgedBlock | RejectedRow;

/** Blocks that each other thread has before it, the one it works on included. */
const BLOCKS_OF_A_THREAD = 3;
/** Results of this thread that wait for one of another; they lie in memory. */
const RESULTS_WAITING = 12;

/**
 * Judges pieces; what comes of them is in their order. This thread reads, cuts and, where the others have enough to do,
 * judges too: they take a while to start, and a source of which most is remembered is through by then.
 */
export async function* judgePieces(
  pieces: AsyncIterable<SourcePiece>,
  { settings, cached, threads, isWorthThreads, signal }: JudgePiecesOptions,
): AsyncGenerator<JudgedPiece> {
  let others: Pool | undefined;
  const judge = await createBlockJudge(settings, cached);
  const waiting = new OrderedResults();
  const most = BLOCKS_OF_A_THREAD * (threads - 1);
  try {
    for await (const { piece, source } of pieces) {
      if (!others && threads > 1 && isWorthThreads()) others = createPool({ settings, cached }, threads - 1);
      if (piece.kind === 'rejected') waiting.push(piece);
      else if (others && waiting.pending < most) waiting.push(run(others, { block: piece, source }, signal));
      else waiting.push(judge(piece, source));
      // What the others have sent arrives with the next turn of the event loop.
      await setImmediate(undefined, { signal });
      while (waiting.isNextThere || waiting.length > most + RESULTS_WAITING) yield await waiting.next();
    }
    while (waiting.length > 0) yield await waiting.next();
  } finally {
    await others?.destroy();
  }
}

/** Results in the order in which they were asked for. */
class OrderedResults {
  /** How many are still worked on. */
  pending = 0;
  readonly #results: { settled: boolean; result: JudgedPiece | Promise<JudgedPiece> }[] = [];

  get length(): number {
    return this.#results.length;
  }

  get isNextThere(): boolean {
    return this.#results[0]?.settled ?? false;
  }

  push(result: JudgedPiece | Promise<JudgedPiece>): void {
    const entry = { settled: !(result instanceof Promise), result };
    this.#results.push(entry);
    if (!(result instanceof Promise)) return;
    this.pending++;
    const settle = () => {
      this.pending--;
      entry.settled = true;
    };
    // Whoever takes it sees the rejection; until then it is not unhandled.
    result.then(settle, settle);
  }

  async next(): Promise<JudgedPiece> {
    return this.#results.shift()!.result;
  }
}

type Pool = Piscina<JudgeTask, JudgedBlock>;

const createPool = (workerData: JudgeWorkerData, threads: number): Pool =>
  // A thread has its next block at hand, however long this one is busy with its own.
  createThreadPool('./judge-worker', import.meta.url, {
    threads,
    workerData,
    tasksOfThread: BLOCKS_OF_A_THREAD,
  });

function run(
  pool: Pool,
  { block, source }: JudgeTask,
  signal: AbortSignal | undefined,
): Promise<JudgedBlock> {
  const { dialect, columns } = source;
  return pool.run(
    { block, source: { dialect, columns } },
    { transferList: transferable(block), ...(signal && { signal }) },
  );
}

function transferable(block: Block): ArrayBuffer[] {
  if (block.kind === 'fields') return [];
  const { buffer } = block.bytes;
  return [buffer as ArrayBuffer, ...(block.kind === 'csv' ? [block.ends.buffer as ArrayBuffer] : [])];
}
