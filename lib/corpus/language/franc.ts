import { francAll } from 'franc-min';
import { LEAST_LENGTH, UNKNOWN_LANGUAGE } from './detector.ts';
import words from './function-words.json' with { type: 'json' };

/** A text is clear where so large a share of its words are function words of one language, and twice those of any other. */
const CLEAR_SHARE = 0.12;
const CLEAR_RATIO = 2;
/** What a function word counts against franc's scores, of which the best is 1. */
const WORD_WEIGHT = 2;
/** What score and words must come to for English: less on a short text, on which both say less. */
const [LEAST_SHORT, LEAST_LONG] = [0.82, 0.95];
const LONG = 250;
/** Words that are counted to every text as if they said nothing, so that one word of a few proves little. */
const DOUBT = 2;
/** Where a page is long, this much of it tells its language. */
const LONGEST = 3000;

/**
 * English, by function words where they are clear and by franc's trigrams together with them elsewhere.
 *
 * franc alone is not enough: figures and tables draw English towards other languages, so that its first guess drops
 * 17 % of an all-English news corpus, 39 % of one class and next to nothing of others; with a tolerance that keeps
 * these it takes a fifth of the texts in languages that it does not know for English (bench/language.ts). Function
 * words alone are not enough either: a list of products has none.
 */
export function detectByFranc(text: string): string {
  if (text.length < LEAST_LENGTH) return UNKNOWN_LANGUAGE;
  const { english, other, language } = functionWordsOf(text);
  if (english >= CLEAR_SHARE && english >= CLEAR_RATIO * other) return 'eng';
  if (other >= CLEAR_SHARE && other >= CLEAR_RATIO * english) return language;
  const scores = francAll(text, { minLength: LEAST_LENGTH });
  if (scores[0]![0] === UNKNOWN_LANGUAGE) return UNKNOWN_LANGUAGE;
  const score = scores.find(([language]) => language === 'eng')?.[1] ?? 0;
  const share = Math.min(1, (text.length - LEAST_LENGTH) / (LONG - LEAST_LENGTH));
  const least = LEAST_SHORT + share * (LEAST_LONG - LEAST_SHORT);
  if (score + WORD_WEIGHT * (english - other) >= least) return 'eng';
  return other > 0 ? language : scores.find(([language]) => language !== 'eng')![0];
}

const LANGUAGES = Object.keys(words.others);

/** How much each function word counts for English, and the places of the other languages that have it. */
const MEANINGS = new Map<string, { english: number; others: number[] }>();
const meaningOf = (word: string) => {
  if (!MEANINGS.has(word)) MEANINGS.set(word, { english: 0, others: [] });
  return MEANINGS.get(word)!;
};
for (const word of words.english.split(' ')) meaningOf(word).english = 1;
for (const word of words.englishToo.split(' ')) meaningOf(word).english = 0.5;
for (const [place, list] of Object.values(words.others).entries())
  for (const word of new Set(list.split(' ').flatMap(asCleaned))) meaningOf(word).others.push(place);

/**
 * Shares of a text's words, single letters aside, that are function words of English, where those that others have too count
 * half, and of the other language that has most of them.
 */
function functionWordsOf(text: string) {
  const beginning = text.slice(0, LONGEST).toLowerCase();
  const found = beginning.match(/[a-z\u00df-\u00f6\u00f8-\uffff]{2,}/g) ?? [];
  const counts = LANGUAGES.map(() => 0);
  let english = 0;
  for (const word of found) {
    const meaning = MEANINGS.get(word);
    english += meaning?.english ?? 0;
    for (const place of meaning?.others ?? []) counts[place]!++;
  }
  const most = Math.max(...counts);
  const share = (count: number) => count / (found.length + DOUBT);
  return { english: share(english), other: share(most), language: LANGUAGES[counts.indexOf(most)]! };
}

/** A word, and what the cleaning leaves of its letters beyond ASCII: `für` -> `f`, `r`. Single letters say little. */
function asCleaned(word: string): string[] {
  return [word, ...word.split(/[^a-z]+/)].filter((piece) => piece.length > 1);
}
