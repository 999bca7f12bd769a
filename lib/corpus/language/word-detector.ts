/**
 * The words that hold sentences together (function-words.json): of English those that are words of no other list and
 * those that are, or are short enough to be debris of one; and of the languages with Latin letters that scrapes meet
 * most, by ISO 639-3 code. On a page of some length they tell its language at a glance, and figures, names and product
 * lists between them do not mislead them, as they do trigrams.
 */
import words from './function-words.json' with { type: 'json' };

/** What the function words of a text say. */
export interface WordEvidence {
  /**
   * Share of the words that are English function words; those that other languages have too count half. Single letters
   * are the cleaning's debris, and no words.
   */
  english: number;
  /** The language, English aside, that has most of them, and its share. */
  other: { language: string; share: number };
}

/** Words that are counted to every text as if they said nothing, so that one word of a few proves little. */
const DOUBT = 2;
/** Where a page is long, this much of it tells its language. */
const LONGEST = 3000;

const LANGUAGES = Object.keys(words.others);

/** What a word says: how much it counts for English, and the places of the other languages that have it. */
const MEANINGS = new Map<string, { english: number; others: number[] }>();
const meaningOf = (word: string) => {
  if (!MEANINGS.has(word)) MEANINGS.set(word, { english: 0, others: [] });
  return MEANINGS.get(word)!;
};
for (const word of words.english.split(' ')) meaningOf(word).english = 1;
for (const word of words.englishToo.split(' ')) meaningOf(word).english = 0.5;
for (const [place, list] of Object.values(words.others).entries())
  for (const word of new Set(list.split(' ').flatMap(asCleaned))) meaningOf(word).others.push(place);

/** Counts the function words of a text. */
export function functionWordsOf(text: string): WordEvidence {
  const found =
    text
      .slice(0, LONGEST)
      .toLowerCase()
      .match(/[a-z\u00df-\u00f6\u00f8-\uffff]{2,}/g) ?? [];
  const counts = LANGUAGES.map(() => 0);
  let english = 0;
  for (const word of found) {
    const meaning = MEANINGS.get(word);
    if (!meaning) continue;
    english += meaning.english;
    for (const place of meaning.others) counts[place]!++;
  }
  const most = counts.indexOf(Math.max(...counts));
  const share = (count: number) => count / (found.length + DOUBT);
  return { english: share(english), other: { language: LANGUAGES[most]!, share: share(counts[most]!) } };
}

/** A word, and what the cleaning leaves of its letters beyond ASCII: `für` -> `f`, `r`. Single letters say little. */
function asCleaned(word: string): string[] {
  return [word, ...word.split(/[^a-z]+/)].filter((piece) => piece.length > 1);
}
