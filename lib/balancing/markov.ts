/**
 * Records from word n-grams, a generator without weights: the next word follows the last two as in the class; with the
 * probability that Witten and Bell (1991, "The zero-frequency problem") give to what a context has not shown yet, it
 * follows the last word alone as in the class, and so on down to the last word as in the whole corpus.
 */
import type { Random } from '../random/random.ts';

const START = 0;
const END = 1;

interface Context {
  /** Each word as often as it followed. */
  followers: number[];
  /** How many of them differ; counted when one is first drawn. */
  distinct?: number;
}

/** Contexts by their last word, or by the number of their last two. */
type Contexts = Map<number, Context>;

const pairOf = (before: number, last: number) => before * 2 ** 26 + last;

/** The corpus's word pairs, from which generators for its classes are made. */
export class MarkovCorpus {
  readonly #words = ['', '\n'];
  readonly #numbers = new Map<string, number>();
  readonly #contexts: Contexts = new Map();

  constructor(texts: Iterable<string>) {
    for (const text of texts) this.#eachWord(text, (word, last) => follow(this.#contexts, last, word));
  }

  /**
   * A generator of records like those of a class.
   * @param texts the class's records, all of them among the corpus's, at least one
   */
  generator(texts: readonly string[]): (random: Random) => string {
    const [words, pairs]: [Contexts, Contexts] = [new Map(), new Map()];
    let longest = 1;
    for (const text of texts) {
      const length = this.#eachWord(text, (word, last, before) => {
        follow(words, last, word);
        follow(pairs, pairOf(before, last), word);
      });
      longest = Math.max(longest, length);
    }
    return (random) => {
      const written: string[] = [];
      let [before, last] = [START, START];
      while (written.length < longest) {
        const word =
          draw(pairs.get(pairOf(before, last)), random) ??
          draw(words.get(last), random) ??
          random.pick(this.#contexts.get(last)!.followers);
        if (word === END) break;
        written.push(this.#words[word]!);
        [before, last] = [last, word];
      }
      return written.join(' ');
    };
  }

  /** Calls with every word, the end included, and the two before it; returns how many words the text has. */
  #eachWord(text: string, visit: (word: number, last: number, before: number) => void): number {
    const words = text.split(/\s+/).filter((word) => word !== '');
    let [before, last] = [START, START];
    for (const word of [...words.map((each) => this.#numberOf(each)), END]) {
      visit(word, last, before);
      [before, last] = [last, word];
    }
    return words.length;
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#numbers.set(word, this.#words.length);
    return this.#words.push(word) - 1;
  }
}

function follow(contexts: Contexts, words: number, word: number): void {
  const context = contexts.get(words);
  if (context) context.followers.push(word);
  else contexts.set(words, { followers: [word] });
}

/** A word that followed, or undefined with the probability of what did not: T / (T + N) for T words in N places. */
function draw(context: Context | undefined, random: Random): number | undefined {
  if (!context) return undefined;
  const { followers } = context;
  context.distinct ??= new Set(followers).size;
  const isNew = random.next() * (context.distinct + followers.length) < context.distinct;
  return isNew ? undefined : random.pick(followers);
}
