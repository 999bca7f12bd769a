/**
 * Class profiles, the material of prompts: distinctive keywords, and sentences of the class.
 *
 * Built from training pages only, in one counting pass; the caller must never add a page of the hold-out.
 */
import { increase } from '../arithmetic/counts.ts';
import { sum } from '../arithmetic/sums.ts';
import { createRandom, type Random } from '../random/random.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import { comparableWords, isDistinctive } from './words.ts';

export interface ClassProfile {
  label: string;
  /** Most distinctive first. */
  keywords: string[];
  /** In the order of the pages they come from. */
  sentences: string[];
}

export interface ProfileOptions {
  /** Labels to profile; pages of other labels only serve as contrast. */
  labels: readonly string[];
  seed: number;
  maxKeywords?: number;
  maxSentences?: number;
}

/** Minimum number of pages of its class with a keyword, so that one page's boilerplate is not one. */
const LEAST_PAGES = 2;
/** A sentence on more pages of the class is boilerplate. */
const MOST_REPETITIONS = 3;
/** Minimum z-score of a keyword's log-odds. */
const LEAST_Z = 1;
/**
 * Weight of the prior (Monroe et al.'s alpha_0): a tenth of all the words, spread over the vocabulary as these are,
 * and at most 10,000, so that it regularises rare words and never outweighs a class.
 */
const priorWords = (total: number) => Math.min(total / 10, 10_000);

/** Counts pages incrementally; `profiles()` may be called at any time. */
export class ProfileBuilder {
  readonly #everything = new Map<string, number>();
  readonly #classes = new Map<string, ClassCounts>();
  readonly #maxKeywords: number;

  constructor({ labels, seed, maxKeywords = 100, maxSentences = 2000 }: ProfileOptions) {
    this.#maxKeywords = maxKeywords;
    for (const label of labels)
      this.#classes.set(label, new ClassCounts(createRandom(seed, 'profile sentences', label), maxSentences));
  }

  /** Counts one page of the training side. */
  add({ text, label }: { text: string; label: string }): void {
    const words = comparableWords(text).filter(isDistinctive);
    for (const word of words) increase(this.#everything, word);
    this.#classes.get(label)?.add(words, text);
  }

  /** One profile per label, in the given order. */
  profiles(): ClassProfile[] {
    const total = sum(this.#everything.values());
    return [...this.#classes].map(([label, own]) => ({
      label,
      keywords: own.keywords(this.#everything, total).slice(0, this.#maxKeywords),
      sentences: own.sentences(),
    }));
  }
}

/** The profiles of a set of training pages. */
export function buildProfiles(
  pages: Iterable<{ text: string; label: string }>,
  options: ProfileOptions,
): ClassProfile[] {
  const builder = new ProfileBuilder(options);
  for (const page of pages) builder.add(page);
  return builder.profiles();
}

class ClassCounts {
  readonly #words = new Map<string, number>();
  readonly #pages = new Map<string, number>();
  /** How often each sentence stands on the class's pages. */
  readonly #seen = new Map<string, number>();
  /** Reservoir sample (Vitter's algorithm R) with the number of each sentence, to restore their order. */
  readonly #sample: (Sentence & { number: number })[] = [];
  readonly #random: Random;
  readonly #maxSentences: number;

  constructor(random: Random, maxSentences: number) {
    this.#random = random;
    this.#maxSentences = maxSentences;
  }

  /** @param words distinctive words of the page */
  add(words: readonly string[], page: string): void {
    for (const word of words) increase(this.#words, word);
    for (const word of new Set(words)) increase(this.#pages, word);
    for (const { text, key } of sentencesOf(page)) {
      const number = this.#seen.size;
      increase(this.#seen, key);
      if (this.#seen.get(key)! > 1) continue;
      const place = number < this.#maxSentences ? number : this.#random.int(number + 1);
      if (place < this.#maxSentences) this.#sample[place] = { text, key, number };
    }
  }

  sentences(): string[] {
    return this.#sample
      .filter(({ key }) => this.#seen.get(key)! <= MOST_REPETITIONS)
      .sort((a, b) => a.number - b.number)
      .map(({ text }) => text);
  }

  /**
   * Words by the z-score of their log-odds against all other classes, with an informative Dirichlet prior taken from
   * all the text (Monroe, Colaresi and Quinn 2008, "Fightin' Words", equations 15, 20 and 22).
   */
  keywords(everything: ReadonlyMap<string, number>, total: number): string[] {
    const scored: [word: string, z: number][] = [];
    const weight = priorWords(total);
    const ownTotal = sum(this.#words.values());
    const otherTotal = total - ownTotal;
    for (const [word, own] of this.#words) {
      if (this.#pages.get(word)! < LEAST_PAGES) continue;
      const all = everything.get(word)!;
      const prior = (weight * all) / total;
      const here = own + prior;
      const there = all - own + prior;
      const logOdds =
        Math.log(here / (ownTotal + weight - here)) - Math.log(there / (otherTotal + weight - there));
      const z = logOdds / Math.sqrt(1 / here + 1 / there);
      if (z >= LEAST_Z) scored.push([word, z]);
    }
    return scored.sort(([a, zA], [b, zB]) => zB - zA || (a < b ? -1 : 1)).map(([word]) => word);
  }
}
