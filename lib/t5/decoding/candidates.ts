/** Choosing tokens by their scores: the best, or by chance. */
import type { Random } from '../../random/random.ts';

export interface Scored {
  index: number;
  score: number;
}

/** The highest scores, best first; of equals the first. */
export function highest(scores: Float32Array, count: number): Scored[] {
  const best: Scored[] = [];
  let least = Number.NEGATIVE_INFINITY;
  // Nearly every score fails this one comparison: 2 million of them take 2 ms.
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index]!;
    if (!(score > least)) continue;
    if (best.length === count) best.pop();
    let place = best.length;
    while (place > 0 && best[place - 1]!.score < score) place--;
    best.splice(place, 0, { index, score });
    if (best.length === count) least = best[count - 1]!.score;
  }
  return best;
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
 */
export function drawWithoutReplacement(scores: Float32Array, count: number, random: Random): Scored[] {
  const top = scores[indexOfHighest(scores)]!;
  // What has no probability in single precision is not drawn, but stands in where nothing else is left.
  const noisy = scores.map((score) =>
    Math.fround(Math.exp(score - top)) > 0 ? score - Math.log(-Math.log(random.next())) : score,
  );
  return highest(noisy, count).map(({ index }) => ({ index, score: scores[index]! }));
}
