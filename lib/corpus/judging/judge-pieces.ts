import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Piscina } from 'piscina';
import type { RowSource } from '../block-rows.ts';
import type { RejectedRow } from '../rows.ts';
import type { Piece } from '../source/block.ts';
import { type BlockJudgeSettings, createBlockJudge, type JudgedBlock } from './judge-block.ts';
import type { JudgeTask, JudgeWorkerData } from './judge-worker.ts';
import type { VerdictCacheFiles } from './verdict-cache.ts';

export interface JudgePiecesOptions {
  settings: BlockJudgeSettings;
  cached: VerdictCacheFiles | undefined;
  /** Threads that judge; with one, this thread does it. What comes out does not depend on it. */
  threads: number;
  signal?: AbortSignal | undefined;
}

/** A piece of a source, with what is known of the source. */
export interface SourcePiece {
  piece: Piece;
  source: RowSource;
}

/** What came of a piece: its judged records, or the row that was set aside when the source was cut. */
export type JudgedPiece = JudgedBlock | RejectedRow;

/** Judges pieces on several threads; what comes of them is in their order. */
export async function* judgePieces(
  pieces: AsyncIterable<SourcePiece>,
  options: JudgePiecesOptions,
): AsyncGenerator<JudgedPiece> {
  if (options.threads > 1) yield* judgeOnThreads(pieces, options);
  else {
    const judge = await createBlockJudge(options.settings, options.cached);
    for await (const { piece, source } of pieces)
      yield piece.kind === 'rejected' ? piece : judge(piece, source);
  }
}

/** What makes a thread run source files: tsx on the command line reaches the main thread alone. */
function sourceLoader(): string {
  const tsx = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const register = `import { register } from '${pathToFileURL(tsx).href}'; register();`;
  return `data:text/javascript,${encodeURIComponent(register)}`;
}

async function* judgeOnThreads(
  pieces: AsyncIterable<SourcePiece>,
  { settings, cached, threads, signal }: JudgePiecesOptions,
): AsyncGenerator<JudgedPiece> {
  const isSource = import.meta.url.endsWith('.ts');
  const workerData: JudgeWorkerData = { settings, cached };
  const pool = new Piscina<JudgeTask, JudgedBlock>({
    filename: new URL(isSource ? './judge-worker.ts' : './judge-worker.js', import.meta.url).href,
    execArgv: isSource ? ['--import', sourceLoader()] : [],
    minThreads: threads,
    maxThreads: threads,
    workerData,
  });
  // One block waits for each thread that works on another.
  const waiting: Promise<JudgedPiece>[] = [];
  try {
    for await (const { piece, source } of pieces) {
      waiting.push(
        piece.kind === 'rejected' ? Promise.resolve(piece) : run(pool, { block: piece, source }, signal),
      );
      if (waiting.length >= 2 * threads) yield await waiting.shift()!;
    }
    while (waiting.length > 0) yield await waiting.shift()!;
  } finally {
    await pool.destroy();
  }
}

function run(
  pool: Piscina<JudgeTask, JudgedBlock>,
  task: JudgeTask,
  signal: AbortSignal | undefined,
): Promise<JudgedBlock> {
  const { block, source } = task;
  const { dialect, columns } = source;
  const transferList = block.kind === 'fields' ? [] : [block.bytes.buffer as ArrayBuffer];
  const judged = pool.run(
    { block, source: { dialect, columns } },
    { transferList, ...(signal && { signal }) },
  );
  // Whoever takes it from the queue sees the rejection; until then it is not unhandled.
  judged.catch(() => undefined);
  return judged;
}
