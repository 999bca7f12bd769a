/**
 * What the prompts of a class are made of: the words that set it apart and sentences of its own.
 *
 * Built from training pages only, in one pass that counts; the caller must never add a page of the hold-out.
 */
import { increase } from '../arithmetic/counts.ts';
import { sum } from '../arithmetic/sums.ts';
import { createRandom, type Random } from '../random/random.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import { comparableWords, isDistinctive } from './words.ts';

export interface ClassProfile {
  label: string;
  /** Most telling first. */
  keywords: string[];
  /** In the order of the pages they come from. */
  sentences: string[];
}

export interface ProfileOptions {
  /** Labels that get a profile; the pages of all others only serve as their contrast. */
  labels: readonly string[];
  seed: number;
  maxKeywords?: number;
  maxSentences?: number;
}

/** A keyword stands on at least this many pages of its class, so that one page's refrain is none. */
const LEAST_PAGES = 2;
/** A sentence that stands on more pages of the class is the refrain of a site. */
const MOST_REPETITIONS = 3;
/** A keyword's log-odds lie this many standard deviations above 0. */
const LEAST_Z = 1;
/**
 * Weight of the prior (Monroe et al.'s alpha_0): a tenth of all the words, spread over the vocabulary as these are,
 * and at most 10,000, so that it steadies rare words and never outweighs a class.
 */
const priorWords = (total: number) => Math.min(total / 10, 10_000);

/** Counts pages as they come; `profiles()` may be asked for at any time. */
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

  /** One profile a label, in the order the labels were given. */
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

  /** @param words of the page, those that tell classes apart */
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
