/** Choosing tokens by their scores: the best, or by chance. */
import type { Random } from '../../random/random.ts';

export interface ScoredIndex {
  index: number;
  score: number;
}

/**
 * The highest scores, best first; of equals the first.
 * @param offsets scores are in as many rows of equal length; to each row its offset is added, in single precision
 */
export function highest(
  scores: Float32Array,
  count: number,
  offsets: readonly number[] = [0],
): ScoredIndex[] {
  const width = scores.length / offsets.length;
  const best: ScoredIndex[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (const [row, offset] of offsets.entries())
    for (let index = row * width; index < (row + 1) * width; index++) {
      const score = Math.fround(scores[index]! + offset);
      if (!(score > least)) continue;
      insert(best, { index, score }, count);
      if (best.length === count) least = best[count - 1]!.score;
    }
  return best;
}

function insert(best: ScoredIndex[], scored: ScoredIndex, count: number): void {
  if (best.length === count) best.pop();
  let place = best.length;
  while (place > 0 && best[place - 1]!.score < scored.score) place--;
  best.splice(place, 0, scored);
}

export function indexOfHighest(scores: Float32Array): number {
  let best = 0;
  for (let index = 1; index < scores.length; index++) if (scores[index]! > scores[best]!) best = index;
  return best;
}

/** One index, each as likely as the exponential of its score; takes one random number. */
export function draw(scores: Float32Array, random: Random): number {
  const top = scores[indexOfHighest(scores)]!;
  let total = 0;
  for (let index = 0; index < scores.length; index++) total += Math.exp(scores[index]! - top);
  let left = random.next() * total;
  let last = 0;
  for (let index = 0; index < scores.length; index++) {
    const weight = Math.exp(scores[index]! - top);
    if (weight === 0) continue;
    last = index;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

/**
 * Several indices in the order in which they are drawn, none twice. Adding Gumbel noise to the scores and taking the
 * highest is the same as drawing one after the other (Vieira, 2014; Kool et al., 2019).
 * @param offsets as in `highest`
 */
export function drawWithoutReplacement(
  scores: Float32Array,
  count: number,
  offsets: readonly number[],
  random: Random,
): ScoredIndex[] {
  const width = scores.length / offsets.length;
  const sums = scores.map((score, index) => score + offsets[Math.trunc(index / width)]!);
  const top = sums[indexOfHighest(sums)]!;
  // What has no probability in single precision is not drawn, but stands in where nothing else is left.
  const noisy = sums.map((score) =>
    Math.fround(Math.exp(score - top)) > 0 ? score - Math.log(-Math.log(random.next())) : score,
  );
  return highest(noisy, count).map(({ index }) => ({ index, score: sums[index]! }));
}
