/** A thread that judges blocks. What it is made with stands in its worker data, what it is given in each task. */
import { workerData } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { RowSource } from '../block-rows.ts';
import type { Block } from '../source/block.ts';
import { type BlockJudgeSettings, createBlockJudge } from './judge-block.ts';
import type { VerdictCacheFiles } from './verdict-cache.ts';

export interface JudgeWorkerData {
  settings: BlockJudgeSettings;
  cached: VerdictCacheFiles | undefined;
}

export interface JudgeTask {
  block: Block;
  source: RowSource;
}

const { settings, cached } = workerData as JudgeWorkerData;
const judge = await createBlockJudge(settings, cached);

/** Judges a block; the columns of the result go without a copy. */
export default function judgeTask({ block, source }: JudgeTask): ReturnType<typeof Piscina.move> {
  const judged = judge(block, source);
  const columns = Object.values(judged).filter((value) => ArrayBuffer.isView(value));
  const transferable = {
    [Piscina.transferableSymbol]: columns.map(({ buffer }) => buffer),
    [Piscina.valueSymbol]: judged,
  };
  return Piscina.move(transferable as unknown as Parameters<typeof Piscina.move>[0]);
}
