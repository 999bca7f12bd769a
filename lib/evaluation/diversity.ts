/** How varied texts are among themselves, and how two sets of texts differ in words and length. */
import { countEach } from '../arithmetic/counts.ts';
import { quantile } from '../arithmetic/quantile.ts';
import { mean, sum } from '../arithmetic/sums.ts';
import type { Diversity, Lengths, VocabularyComparison } from './finding-schemas.ts';

/** A text as its words, as `comparableWords` gives them. */
export type Words = readonly string[];

/**
 * Distinct words, pairs and triples as shares of all, and self-BLEU. They fall with the number of texts, so compare only
 * sets of the same size.
 */
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
/** What an order without a match counts in place of 0 (Chen, Cherry 2014, method 1). */
const NO_MATCH = 0.1;

/** Zhu et al. 2018, "Texygen"; BLEU as NLTK's `sentence_bleu` with smoothing method 1. 0 for fewer than two texts. */
export function selfBleu(texts: readonly Words[]): number {
  if (texts.length < 2) return 0;
  const orders = BLEU_ORDERS.map((n) => new ReferenceCounts(texts.map((words) => ngramsOf(words, n))));
  const lengths = texts.map((words) => words.length);
  let sum = 0;
  for (const [text, words] of texts.entries()) {
    const scores = orders.map((order) => order.precision(text));
    if (scores[0]!.matches === 0) continue;
    const logs = scores.map(({ matches, total }) => Math.log((matches || NO_MATCH) / Math.max(1, total)));
    const logMean = mean(logs);
    sum += brevityPenalty(words.length, closestLength(lengths, text)) * Math.exp(logMean);
  }
  return sum / texts.length;
}

/**
 * For each n-gram its largest count in any text and the largest in any other: then every text is compared with all
 * others at once, in time that grows with the words, not with their square.
 */
class ReferenceCounts {
  readonly #counts: Map<string, number>[];
  readonly #most = new Map<string, { text: number; count: number; second: number }>();

  constructor(texts: readonly string[][]) {
    this.#counts = texts.map((ngrams) => countEach(ngrams));
    for (const [text, counts] of this.#counts.entries()) {
      for (const [ngram, count] of counts) {
        const most = this.#most.get(ngram);
        if (!most) this.#most.set(ngram, { text, count, second: 0 });
        else if (count > most.count) this.#most.set(ngram, { text, count, second: most.count });
        else most.second = Math.max(most.second, count);
      }
    }
  }

  /** A text's n-grams, and how many of them some other text has, each at most as often as there. */
  precision(text: number): { matches: number; total: number } {
    let [matches, total] = [0, 0];
    for (const [ngram, count] of this.#counts[text]!) {
      const most = this.#most.get(ngram)!;
      matches += Math.min(count, most.text === text ? most.second : most.count);
      total += count;
    }
    return { matches, total };
  }
}

function brevityPenalty(length: number, reference: number): number {
  if (length > reference) return 1;
  return length === 0 ? 0 : Math.exp(1 - reference / length);
}

/** The length of another text that is closest to this one's, the shorter of two that are equally close. */
function closestLength(lengths: readonly number[], text: number): number {
  const own = lengths[text]!;
  let closest = Number.POSITIVE_INFINITY;
  for (const [other, length] of lengths.entries()) {
    if (other === text) continue;
    const nearer = Math.abs(length - own) - Math.abs(closest - own);
    if (nearer < 0 || (nearer === 0 && length < closest)) closest = length;
  }
  return closest;
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

/** Compares the words of two sets of texts; shares count repetitions. */
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

/** The shares that each word has of two texts, from how often it occurs in them. */
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
