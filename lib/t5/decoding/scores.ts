/** From the decoder's logits to the scores that a search chooses from. */
import type { Operations } from '../../tensorflow/operations.ts';
import type { Tensor } from '../../tensorflow/tensors.ts';
import { highest } from './candidates.ts';
import type { Scores, Search } from './search.ts';

/**
 * All scores of all searches, which the engine hands over in one piece.
 * @param logits `[rows, vocabulary]`, as many rows for each search
 */
export function allScores(ops: Operations, logits: Tensor, searches: readonly Search[]): Scores[] {
  const numbers = ops.read(logits);
  const size = logits.shape[1]!;
  const rows = logits.shape[0]! / searches.length;
  const blocks = Array.from({ length: rows }, (_, row) => row);
  return searches.map((_, index) => {
    const start = index * rows * size;
    return { size, blocks, numbers: numbers.subarray(start, start + rows * size) };
  });
}

/**
 * The scores among which the best are. Reading 2 million scores at each step of 64 beams and looking through them takes
 * 30 ms, most of it for memory that comes and goes; the engine finds the highest score of each block in 1 ms, and only
 * the best blocks are read.
 * @param logProbabilities `[rows, vocabulary]`
 * @param count how many of the best are wanted of each search
 * @param size of the blocks; it divides the vocabulary
 */
export function bestScores(
  ops: Operations,
  logProbabilities: Tensor,
  searches: readonly Search[],
  { count, size }: { count: number; size: number },
): Scores[] {
  const [rows, vocabulary] = logProbabilities.shape as [number, number];
  const blocksOfRow = vocabulary / size;
  const inBlocks = ops.reshape(logProbabilities, [rows * blocksOfRow, size]);
  const peaks = ops.read(ops.max(inBlocks, 1));
  const blocksOfSearch = peaks.length / searches.length;
  const chosen = searches.map((search, index) => {
    if (search.isDone) return [];
    // The n-th best score is in one of the n best blocks. Forbidden ones may be better than those wanted.
    const own = peaks.subarray(index * blocksOfSearch, (index + 1) * blocksOfSearch);
    const offsets = search.running.map(({ score }) => score);
    return highest(own, count + search.forbidden().length, offsets).map((block) => block.index);
  });
  const wanted = Int32Array.from(
    chosen.flatMap((blocks, index) => blocks.map((block) => index * blocksOfSearch + block)),
  );
  const numbers = ops.read(ops.gather(inBlocks, ops.ints([wanted.length], wanted)));
  let start = 0;
  return chosen.map((blocks) => {
    const end = start + blocks.length * size;
    const scores = { size, blocks, numbers: numbers.subarray(start, end) };
    start = end;
    return scores;
  });
}

/**
 * Size of blocks that divides a vocabulary and makes the fewest numbers to read; undefined if that is no gain.
 * @param count blocks that are read in the end
 */
export function blockSizeOf(vocabulary: number, count: number): number | undefined {
  const cost = (size: number) => vocabulary / size + count * size;
  let best = 1;
  for (let size = 2; size <= vocabulary; size++)
    if (vocabulary % size === 0 && cost(size) < cost(best)) best = size;
  return cost(best) < vocabulary ? best : undefined;
}
