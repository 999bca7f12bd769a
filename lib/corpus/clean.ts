/**
 * The cleaning of scraped text: each step a pure function from text to text, composed by the settings.
 *
 * The order is that of the published method, except that tags are removed first. There the character filter removes their
 * angle brackets before they are looked for, so that `<b>` stays in the text as a word.
 */
import { decodeHTMLStrict } from 'entities/decode';
import type { CleaningSettings } from '../settings/settings.ts';
import { isAscii } from './ascii.ts';
import { replaceTags } from './tags.ts';

export type CleaningStep = (text: string) => string;

/** Scripts, style sheets, comments and tags become a space, then character references (`&amp;`) what they stand for. */
export function removeTags(text: string): string {
  if (!/[<&]/.test(text)) return text;
  const decoded = decodeReferences(stripMarkup(text));
  // Double-escaped markup shows only now.
  return decoded.includes('<') ? stripMarkup(decoded) : decoded;
}

/** Removes invisible characters such as soft hyphens; expands ligatures and compatibility forms to letters. */
export function normaliseCharacters(text: string): string {
  return isAscii(text) ? text : text.replace(/\p{Default_Ignorable_Code_Point}+/gu, '').normalize('NFKC');
}

/** Letters that are no others with a mark, and punctuation that ASCII has too. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', ẞ: 'SS', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O', ł: 'l', Ł: 'L', đ: 'd', Đ: 'D' },
  ...{ ð: 'd', Ð: 'D', þ: 'th', Þ: 'Th', ı: 'i', '’': "'", '‘': "'", ʼ: "'", '‐': '-', '–': '-', '—': '-' },
};

/** Strips diacritics from Latin letters, so that the character filter does not split words: `café` -> `cafe`. */
export function foldMarks(text: string): string {
  if (isAscii(text)) return text;
  return text
    .normalize('NFD')
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .replace(/[ßẞæÆœŒøØłŁđĐðÐþÞı’‘ʼ‐–—]/g, (character) => PLAIN[character]!)
    .normalize('NFC');
}

/** `RetailBusiness` -> `Retail Business`, `USAToday` -> `USA Today`. */
export const splitGluedWords: CleaningStep = (text) =>
  text.replace(/[a-z](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g, '$& ');

/** Every character outside letters, digits, space and `( ) - . : ' , ? &` becomes a space. */
export const keepCharacters: CleaningStep = (text) => text.replace(/[^A-Za-z0-9 ()\-.:',?&]/g, ' ');

/** Collapses runs of spaces. */
export const collapseSpaces: CleaningStep = (text) => text.replace(/ {2,}/g, ' ');

/** Collapses runs of dots. */
export const collapseDots: CleaningStep = (text) => text.replace(/\.{2,}/g, '.');

/** The token ` w `, which scrapers leave of `w/` and of broken markup, goes. */
export const removeStrayW: CleaningStep = (text) => text.replace(/ w(?= )/g, '');

/**
 * A step that reduces words by WordNet: nouns to their singular, the others as verbs to their infinitive; words in capitals
 * stay as they are. The lexicon (13 MB) is loaded by the first call.
 */
async function createLemmatiser(): Promise<CleaningStep> {
  const { default: wordnet } = await import('wink-lemmatizer');
  const lemmatise = (word: string) => {
    // WordNet's rules would take the s of `pass` and `wireless` for a plural's.
    if (word.endsWith('ss')) return word;
    const lower = word.toLowerCase();
    const noun = wordnet.noun(lower);
    const lemma = noun === lower ? wordnet.verb(lower) : noun;
    return word === lower ? lemma : lemma.charAt(0).toUpperCase() + lemma.slice(1);
  };
  return (text) => text.replace(/(?<![A-Za-z0-9'])[A-Z]?[a-z]{2,}(?![A-Za-z0-9'])/g, lemmatise);
}

/** Removes words or phrases as whole words, ignoring case. */
export function removeWords(words: readonly string[]): CleaningStep {
  const longestFirst = [...words].sort((a, b) => b.length - a.length).map(escapeForPattern);
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${longestFirst.join('|')})(?![A-Za-z0-9])`, 'gi');
  return (text) => collapseSpaces(text.replace(pattern, ''));
}

/** All enabled steps except `trimSentences`, which comes after language detection. */
export async function createCleaner(settings: CleaningSettings): Promise<CleaningStep> {
  const steps: CleaningStep[] = [];
  if (settings.extractHtml) steps.push((await import('./extract-html.ts')).extractHtml);
  if (settings.removeTags) steps.push(removeTags);
  if (settings.normalise) steps.push(normaliseCharacters);
  if (settings.normalise && settings.keepCharacters) steps.push(foldMarks);
  if (settings.splitGluedWords) steps.push(splitGluedWords);
  if (settings.keepCharacters) steps.push(keepCharacters);
  if (settings.collapseSpaces) steps.push(collapseSpaces);
  if (settings.collapseDots) steps.push(collapseDots);
  if (settings.removeStrayW) steps.push(removeStrayW);
  if (settings.lemmatise) steps.push(await createLemmatiser());
  if (settings.removeWords.length > 0) steps.push(removeWords(settings.removeWords));
  return (text) => steps.reduce((result, step) => step(result), text).trim();
}

/**
 * Drops what scraped pages begin and end with: menus in the first sentence, copyright and address in the last two. Of 4 or
 * 5 sentences it drops the first and the last; of 3 or fewer, none. A sentence is what stands between two dots, to the
 * letter of the published code: the empty one after a last dot counts, and the dot of `3.5` or `Inc.` divides too.
 */
export function trimSentences(text: string): string {
  const sentences = text.split('.');
  let kept = sentences.slice(1, -2);
  if (kept.length === 0) kept = sentences;
  else if (kept.length < 3) kept = sentences.slice(1, -1);
  return kept.join('.').trim();
}

/** Works through the text once: a page full of unclosed `<script>` or `<!--` costs no more than any other. */
function stripMarkup(text: string): string {
  const withoutComments = dropBetween(text, /<!--/, /-->/);
  const withoutStyle = dropBetween(withoutComments, /<style\b[^<>]*>/i, /<\/style\s*>/i);
  const withoutScript = dropBetween(withoutStyle, /<script\b[^<>]*>/i, /<\/script\s*>/i);
  return replaceTags(withoutScript, ' ');
}

/** Drops from each opening to its closing, as far as one comes before the next opening. */
function dropBetween(text: string, opening: RegExp, closing: RegExp): string {
  const [first, ...rest] = text.split(opening);
  const kept = rest.map((part) => {
    const close = closing.exec(part);
    return close ? part.slice(close.index + close[0].length) : part;
  });
  return [first, ...kept].join(' ');
}

/** Scrapers often escape twice (`&amp;nbsp;`). */
const decodeReferences = (text: string) => decodeHTMLStrict(decodeHTMLStrict(text));

const escapeForPattern = (word: string) => word.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
