/** The sentences of a page that can be used in a prompt. */
import { comparableWords, isStopWord } from './words.ts';

export interface Sentence {
  /** With single spaces. */
  text: string;
  /** Its normalised words, regardless of case and punctuation. */
  key: string;
}

const FEWEST_WORDS = 5;
const MOST_WORDS = 40;

/** Boilerplate that says nothing about the class: notices, menus, calls to click. */
const PHRASES =
  /\b(?:all rights reserved|copyright|cookies?|privacy (?:policy|notice)|terms (?:of|and|&) (?:use|service|sale|conditions?)|log ?(?:in|out)|sign (?:in|up|out)|my account|subscribe|newsletter|click here|read more|learn more about us|powered by|javascript|your browser|(?:shopping|add to) cart|follow us|like us on|site ?map|skip to|back to top)\b/i;
/** A capital letter at the start of a word. */
const CAPITAL = /(?<!\p{L})\p{Lu}/gu;
/** A sentence with a larger share of words with digits is a table, a price list or an address. */
const MOST_FIGURES = 1 / 3;
/** A sentence with a smaller share of stop words is a menu or a list. */
const FEWEST_STOP_WORDS = 1 / 10;
/** So is one with a larger share of capitalised words. */
const MOST_CAPITALS = 0.7;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Sentences of some length that are not boilerplate, in the order of the page. */
export function* sentencesOf(page: string): Generator<Sentence> {
  for (const { segment } of segmenter.segment(page)) {
    const words = comparableWords(segment);
    if (words.length < FEWEST_WORDS || words.length > MOST_WORDS) continue;
    const text = segment.replace(/\s+/gu, ' ').trim();
    const share = (is: (word: string) => boolean) => words.filter(is).length / words.length;
    const isBoilerplate =
      share((word) => /\p{N}/u.test(word)) > MOST_FIGURES ||
      share(isStopWord) < FEWEST_STOP_WORDS ||
      (text.match(CAPITAL)?.length ?? 0) > MOST_CAPITALS * words.length ||
      PHRASES.test(text);
    if (!isBoilerplate) yield { text, key: words.join(' ') };
  }
}
