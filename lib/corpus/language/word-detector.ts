import { ENGLISH_ALONE, ENGLISH_TOO, FOREIGN } from './function-words.ts';

/** What the function words of a text say. */
export interface WordEvidence {
  /** Words of two letters and more that were looked at: single ones are the cleaning's debris. */
  words: number;
  /** Share of them that are English function words; those that other languages have too count half. */
  english: number;
  /** The language, English aside, that has most of them, and its share. */
  other: { language: string; share: number };
}

/** Words that are counted to every text as if they said nothing, so that one word of a few proves little. */
const DOUBT = 2;
/** Where a page is long, this much of it tells its language. */
const LONGEST = 3000;

const LANGUAGES = Object.keys(FOREIGN);
/** Slots of the table of words, a power of two. */
const SLOTS = 4096;

/** Counts the function words of a text. */
export function functionWordsOf(text: string): WordEvidence {
  counts.fill(0);
  let words = 0;
  let english = 0;
  let hash = 0;
  let letters = 0;
  const end = Math.min(text.length, LONGEST);
  // Beyond the end stands a space, which ends the last word.
  for (let at = 0; at <= end; at++) {
    const letter = at < end ? lowerLetter(text.charCodeAt(at)) : 0;
    if (letter !== 0) {
      hash = Math.imul((letters === 0 ? 0x811c9dc5 : hash) ^ letter, 0x01000193);
      letters++;
      continue;
    }
    const isWord = letters > 1;
    letters = 0;
    if (!isWord) continue;
    words++;
    const slot = slotOf(hash);
    if (HASHES[slot] === hash) {
      english += ENGLISH[slot]!;
      for (const language of OTHERS[slot]!) counts[language]!++;
    }
  }
  let most = 0;
  for (let language = 1; language < counts.length; language++)
    if (counts[language]! > counts[most]!) most = language;
  const share = (count: number) => count / (words + DOUBT);
  return {
    words,
    english: share(english),
    other: { language: LANGUAGES[most]!, share: share(counts[most]!) },
  };
}

const counts = new Float64Array(LANGUAGES.length);

/*
 * The words by the hash of their letters: a page is gone through character by character, and no string is made of any
 * of its words. That a word hashes like one of these by chance happens to one in millions.
 */
const HASHES = new Int32Array(SLOTS);
const ENGLISH = new Float64Array(SLOTS);
const OTHERS: number[][] = Array.from({ length: SLOTS }, () => []);
for (const word of ENGLISH_ALONE) ENGLISH[slotFor(word)] = 1;
for (const word of ENGLISH_TOO) ENGLISH[slotFor(word)] = 0.5;
for (const [language, list] of Object.values(FOREIGN).entries())
  for (const word of new Set(list.flatMap((one) => [one, ...asCleaned(one)])))
    OTHERS[slotFor(word)]!.push(language);

/** The slot of a hash, or the free one where it belongs. */
function slotOf(hash: number): number {
  let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  while (HASHES[slot] !== 0 && HASHES[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
  return slot;
}

function slotFor(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++)
    hash = Math.imul(hash ^ lowerLetter(word.charCodeAt(at)), 0x01000193);
  const slot = slotOf(hash);
  HASHES[slot] = hash;
  return slot;
}

/** A letter in lower case; 0 for what is none. All beyond Latin-1 count as letters. */
function lowerLetter(code: number): number {
  if (code >= 97 && code <= 122) return code;
  if (code >= 65 && code <= 90) return code + 32;
  if (code < 0xc0 || code === 0xd7 || code === 0xf7) return 0;
  return code <= 0xde ? code + 32 : code;
}

/** What the cleaning leaves of a word with letters beyond ASCII: `für` -> `f`, `r`. Single letters say little. */
function asCleaned(word: string): string[] {
  return word.split(/[^a-z]+/).filter((piece) => piece.length > 1);
}
