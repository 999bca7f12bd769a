/** The sentences of a page that can stand in a prompt. */
import { isBoilerplate } from './boilerplate.ts';
import { isStopWord } from './stop-words.ts';
import { comparableWords } from './words.ts';

export interface Sentence {
  /** With single spaces. */
  text: string;
  /** Its words, the same for the same sentence whatever its case and punctuation. */
  key: string;
}

/** Words that a sentence has. */
const FEWEST_WORDS = 5;
const MOST_WORDS = 40;
const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Sentences of some length that are not boilerplate, in the order of the page. */
export function* sentencesOf(page: string): Generator<Sentence> {
  for (const { segment } of segmenter.segment(page)) {
    const words = comparableWords(segment);
    if (words.length < FEWEST_WORDS || words.length > MOST_WORDS) continue;
    const text = segment.replace(/\s+/gu, ' ').trim();
    const figures = words.filter((word) => /\p{N}/u.test(word)).length;
    const stopWords = words.filter(isStopWord).length;
    if (!isBoilerplate(text, { words: words.length, figures, stopWords }))
      yield { text, key: words.join(' ') };
  }
}
