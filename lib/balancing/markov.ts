/**
 * A word trigram generator: draws the next word from the class's trigrams; with the probability of an unseen word by Witten
 * and Bell (1991, "The zero-frequency problem"), it backs off to the class's bigrams, and so on down to the bigrams of the
 * whole corpus.
 */
import type { Random } from '../random/random.ts';

const START = 0;
const END = 1;

interface Context {
  /** Each word as often as it followed. */
  followers: number[];
  /** Number of distinct ones; counted at the first draw. */
  distinct?: number;
}

/** Contexts by their last word, or by the number of their last two. */
type Contexts = Map<number, Context>;

const pairOf = (before: number, last: number) => before * 2 ** 26 + last;

/** The bigrams of the corpus, from which class generators are created. */
export class MarkovCorpus {
  readonly #words = ['', '\n'];
  readonly #numbers = new Map<string, number>();
  readonly #contexts: Contexts = new Map();

  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      const words = this.#sequenceOf(text);
      for (let at = 2; at < words.length; at++) follow(this.#contexts, words[at - 1]!, words[at]!);
    }
  }

  /** Generates records like those of a class, whose texts (at least one) are in the corpus. */
  generator(texts: readonly string[]): (random: Random) => string {
    const [words, pairs]: [Contexts, Contexts] = [new Map(), new Map()];
    let longest = 1;
    for (const text of texts) {
      const written = this.#sequenceOf(text);
      for (let at = 2; at < written.length; at++) {
        follow(words, written[at - 1]!, written[at]!);
        follow(pairs, pairOf(written[at - 2]!, written[at - 1]!), written[at]!);
      }
      longest = Math.max(longest, written.length - 3);
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

  /** The words of a text by their numbers, after two starts and before the end. */
  #sequenceOf(text: string): number[] {
    const words = text.split(/\s+/).filter((word) => word !== '');
    return [START, START, ...words.map((word) => this.#numberOf(word)), END];
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
