/** Diversity within a set of texts, and differences in words and length between two sets. */
import { countEach } from '../arithmetic/counts.ts';
import { quantile } from '../arithmetic/quantile.ts';
import { mean, sum, sumBy } from '../arithmetic/sums.ts';
import type { Diversity, Lengths, VocabularyComparison } from './finding-schemas.ts';

/** A text as its words, as `comparableWords` gives them. */
export type Words = readonly string[];

/** All decrease with the number of texts, so compare only sets of the same size. */
export function diversityOf(texts: readonly Words[]): Diversity {
  return {
    distinct1: distinctShare(texts, 1),
    distinct2: distinctShare(texts, 2),
    distinct3: distinctShare(texts, 3),
    selfBleu: selfBleu(texts),
  };
}

/** The runs of n words of a text, joined by spaces. */
export function ngramsOf(words: Words, n: number): string[] {
  return Array.from({ length: Math.max(0, words.length - n + 1) }, (_, start) =>
    words.slice(start, start + n).join(' '),
  );
}

function distinctShare(texts: readonly Words[], n: number): number {
  const seen = new Set<string>();
  let total = 0;
  for (const words of texts) {
    const ngrams = ngramsOf(words, n);
    total += ngrams.length;
    for (const ngram of ngrams) seen.add(ngram);
  }
  return total === 0 ? 0 : seen.size / total;
}

const BLEU_ORDERS = [1, 2, 3, 4];
/** Precision of an order without a match, instead of 0 (Chen, Cherry 2014, method 1). */
const NO_MATCH = 0.1;

/** Zhu et al. 2018, "Texygen"; BLEU as NLTK's `sentence_bleu` with smoothing method 1. 0 for fewer than two texts. */
export function selfBleu(texts: readonly Words[]): number {
  if (texts.length < 2) return 0;
  const orders = BLEU_ORDERS.map((n) => precisionsOf(texts.map((words) => ngramsOf(words, n))));
  const lengths = texts.map((words) => words.length);
  let total = 0;
  for (const text of texts.keys()) {
    const scores = orders.map((precisions) => precisions[text]!);
    if (scores[0]!.matches === 0) continue;
    const logs = scores.map(({ matches, total }) => Math.log((matches || NO_MATCH) / Math.max(1, total)));
    const logMean = mean(logs);
    total += brevityPenalty(lengths, text) * Math.exp(logMean);
  }
  return total / texts.length;
}

/**
 * Each text's n-grams, and how many of them some other text has, each at most as often as there. Of each n-gram the two
 * largest counts suffice for all texts, so that time grows with the words, not with their square.
 */
function precisionsOf(texts: readonly string[][]): { matches: number; total: number }[] {
  const counts = texts.map((ngrams) => countEach(ngrams));
  const largest = new Map<string, [first: number, second: number]>();
  for (const [ngram, count] of counts.flatMap((each) => [...each])) {
    const [first, second] = largest.get(ngram) ?? [0, 0];
    largest.set(ngram, count > first ? [count, first] : [first, Math.max(count, second)]);
  }
  return counts.map((own) => {
    const matches = sumBy(own, ([ngram, count]) => {
      const [first, second] = largest.get(ngram)!;
      return Math.min(count, count === first ? second : first);
    });
    return { matches, total: sum(own.values()) };
  });
}

/** Against the length of another text that is closest to this one's, the shorter of two that are equally close. */
function brevityPenalty(lengths: readonly number[], text: number): number {
  const own = lengths[text]!;
  const others = lengths.filter((_, other) => other !== text);
  const closest = others.sort((a, b) => Math.abs(a - own) - Math.abs(b - own) || a - b)[0]!;
  if (own > closest) return 1;
  return own === 0 ? 0 : Math.exp(1 - closest / own);
}

/** @param words how many each text has; at least one text */
export function lengthsOf(words: readonly number[]): Lengths {
  const ascending = Float64Array.from(words).sort();
  return {
    mean: mean(ascending),
    p5: quantile(ascending, 0.05),
    median: quantile(ascending, 0.5),
    p95: quantile(ascending, 0.95),
  };
}

/** Compares the vocabularies of two sets of texts; shares count tokens. */
export function compareVocabulary(generated: readonly Words[], real: readonly Words[]): VocabularyComparison {
  const [ours, theirs] = [countEach(generated.flat()), countEach(real.flat())];
  let [unknown, covered, divergence] = [0, 0, 0];
  for (const { before: p, after: q } of wordShares(ours, theirs)) {
    if (q === 0) unknown += p;
    if (p > 0) covered += q;
    const middle = (p + q) / 2;
    if (p > 0) divergence += (p / 2) * Math.log2(p / middle);
    if (q > 0) divergence += (q / 2) * Math.log2(q / middle);
  }
  return { generated: ours.size, real: theirs.size, unknown, covered, divergence };
}

/** The relative frequencies of each word in two corpora, from its counts. */
export function wordShares(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>) {
  const shareIn = (counts: ReadonlyMap<string, number>) => {
    const total = Math.max(1, sum(counts.values()));
    return (word: string) => (counts.get(word) ?? 0) / total;
  };
  const [shareBefore, shareAfter] = [shareIn(before), shareIn(after)];
  return [...new Set([...before.keys(), ...after.keys()])].map((word) => ({
    word,
    before: shareBefore(word),
    after: shareAfter(word),
  }));
}
