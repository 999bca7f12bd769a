/** Vocabulary drift between two runs. */
import { sumBy } from '../arithmetic/sums.ts';
import { wordShares } from '../evaluation/diversity.ts';
import type { VocabularyDrift } from './run-comparison-schema.ts';

type WordShare = VocabularyDrift['risen'][number];

const NAMED = 20;

/** Compares how often each word occurs. */
export function vocabularyDrift(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): VocabularyDrift {
  const shares = wordShares(before, after);
  const sum = (of: (share: WordShare) => number) => sumBy(shares, of);
  const byGrowth = shares
    .filter((share) => share.after !== share.before)
    .sort((a, b) => b.after - b.before - (a.after - a.before) || (a.word < b.word ? -1 : 1));
  return {
    divergence: sum((share) => (bits(share.before, middle(share)) + bits(share.after, middle(share))) / 2),
    newWords: sum((share) => (share.before === 0 ? share.after : 0)),
    goneWords: sum((share) => (share.after === 0 ? share.before : 0)),
    risen: byGrowth.filter((share) => share.after > share.before).slice(0, NAMED),
    fallen: byGrowth
      .filter((share) => share.after < share.before)
      .slice(-NAMED)
      .reverse(),
  };
}

const middle = ({ before, after }: WordShare) => (before + after) / 2;
/** One word's part of the Kullback-Leibler divergence. */
const bits = (p: number, q: number) => (p === 0 ? 0 : p * Math.log2(p / q));
