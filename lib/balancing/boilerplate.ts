/** What stands on the pages of any site and says nothing about the class: notices, menus, calls to click. */
import { isStopWord } from './stop-words.ts';

const PHRASES =
  /\b(?:all rights reserved|copyright|cookies?|privacy (?:policy|notice)|terms (?:of|and|&) (?:use|service|sale|conditions?)|log ?(?:in|out)|sign (?:in|up|out)|my account|subscribe|newsletter|click here|read more|learn more about us|powered by|javascript|your browser|(?:shopping|add to) cart|follow us|like us on|site ?map|skip to|back to top)\b/i;
const FIGURE = /\p{N}/u;
/** A capital that begins a word. */
const CAPITAL = /(?<!\p{L})\p{Lu}/gu;
/** A sentence with a larger share of words with digits is a table, a price list or an address. */
const MOST_FIGURES = 1 / 3;
/** A sentence with a smaller share of stop words is a menu or a list. */
const FEWEST_STOP_WORDS = 1 / 10;
/** So is one of which a larger share of words begins with a capital. */
const MOST_CAPITALS = 0.7;

/**
 * Whether a sentence is no sentence of the page's own.
 * @param words the sentence's comparable words
 */
export function isBoilerplate(sentence: string, words: readonly string[]): boolean {
  let figures = 0;
  let stopWords = 0;
  for (const word of words) {
    if (FIGURE.test(word)) figures++;
    if (isStopWord(word)) stopWords++;
  }
  return (
    figures / words.length > MOST_FIGURES ||
    stopWords / words.length < FEWEST_STOP_WORDS ||
    (sentence.match(CAPITAL)?.length ?? 0) > MOST_CAPITALS * words.length ||
    PHRASES.test(sentence)
  );
}
