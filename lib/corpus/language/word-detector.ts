import { ENGLISH_ALONE, ENGLISH_TOO, FOREIGN } from './function-words.ts';

/** What the function words of a text say. */
export interface WordEvidence {
  /** Words of letters that were looked at. */
  words: number;
  /** Share of them that are English function words; those that other languages have too count half. */
  english: number;
  /** The language, English aside, that has most of them, and its share. */
  other: { language: string; share: number };
}

/** Where a page is long, this much of it tells its language. */
const LONGEST = 3000;

interface Entry {
  english: number;
  others: number[];
}

const LANGUAGES = Object.keys(FOREIGN);
const ENTRIES = createEntries();

/** Counts the function words of a text. */
export function functionWordsOf(text: string): WordEvidence {
  const counts = new Float64Array(LANGUAGES.length);
  let words = 0;
  let english = 0;
  for (const word of text
    .slice(0, LONGEST)
    .toLowerCase()
    .match(/\p{L}+/gu) ?? []) {
    words++;
    const entry = ENTRIES.get(word);
    if (entry === undefined) continue;
    english += entry.english;
    for (const language of entry.others) counts[language]!++;
  }
  let most = 0;
  for (let language = 1; language < counts.length; language++)
    if (counts[language]! > counts[most]!) most = language;
  const share = (count: number) => (words === 0 ? 0 : count / words);
  return {
    words,
    english: share(english),
    other: { language: LANGUAGES[most]!, share: share(counts[most]!) },
  };
}

function createEntries(): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const entryOf = (word: string) => {
    const entry = entries.get(word) ?? { english: 0, others: [] };
    entries.set(word, entry);
    return entry;
  };
  for (const word of ENGLISH_ALONE) entryOf(word).english = 1;
  for (const word of ENGLISH_TOO) entryOf(word).english = 0.5;
  for (const [language, list] of Object.values(FOREIGN).entries())
    for (const word of new Set(list.flatMap((one) => [one, ...asCleaned(one)])))
      entryOf(word).others.push(language);
  return entries;
}

/** What the cleaning leaves of a word with letters beyond ASCII: `für` -> `f`, `r`. Single letters say little. */
function asCleaned(word: string): string[] {
  return word.split(/[^a-z]+/).filter((piece) => piece.length > 1);
}
