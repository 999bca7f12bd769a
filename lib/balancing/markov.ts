/**
 * Records from word n-grams, a generator without weights: the next word follows the last two as in the class; with the
 * probability that Witten and Bell (1991, "The zero-frequency problem") give to what a context has not shown yet, it
 * follows the last word alone as in the class, and so on down to the last word as in the whole corpus.
 */
import type { Random } from '../random/random.ts';

const START = '';
const END = '\n';

/** What followed each context, as often as it did. */
type Followers = Map<string, string[]>;

/** The corpus's word pairs, from which generators for its classes are made. */
export class MarkovCorpus {
  readonly #pairs: Followers = new Map();

  constructor(texts: Iterable<string>) {
    for (const text of texts) eachWord(text, (word, last) => follow(this.#pairs, last, word));
  }

  /**
   * A generator of records like those of a class.
   * @param texts the class's records, all of them among the corpus's, at least one
   */
  generator(texts: readonly string[]): (random: Random) => string {
    const triples: Followers = new Map();
    const pairs: Followers = new Map();
    let longest = 1;
    for (const text of texts) {
      const words = eachWord(text, (word, last, before) => {
        follow(triples, contextOf(before, last), word);
        follow(pairs, last, word);
      });
      longest = Math.max(longest, words);
    }
    return (random) => {
      const written: string[] = [];
      let [before, last] = [START, START];
      while (written.length < longest) {
        const word =
          draw(triples.get(contextOf(before, last)), random) ??
          draw(pairs.get(last), random) ??
          random.pick(this.#pairs.get(last)!);
        if (word === END) break;
        written.push(word);
        [before, last] = [last, word];
      }
      return written.join(' ');
    };
  }
}

/** Calls with every word, its end included, and the two before it; returns how many words the text has. */
function eachWord(text: string, visit: (word: string, last: string, before: string) => void): number {
  const words = text.split(/\s+/).filter((word) => word !== '');
  let [before, last] = [START, START];
  for (const word of [...words, END]) {
    visit(word, last, before);
    [before, last] = [last, word];
  }
  return words.length;
}

const contextOf = (before: string, last: string) => `${before} ${last}`;

function follow(followers: Followers, context: string, word: string): void {
  const known = followers.get(context);
  if (known) known.push(word);
  else followers.set(context, [word]);
}

/** A word that followed, or undefined with the probability of what did not: T / (T + N) for T words in N places. */
function draw(followers: readonly string[] | undefined, random: Random): string | undefined {
  if (!followers) return undefined;
  const distinct = new Set(followers).size;
  return random.next() * (distinct + followers.length) < distinct ? undefined : random.pick(followers);
}
