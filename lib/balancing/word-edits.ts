/**
 * Copies of records with a few words edited: the four operations of EDA (Wei, Zou 2019, "EDA: easy data augmentation
 * techniques for boosting performance on text classification tasks", arXiv 1901.11196). Instead of
 * WordNet synonyms it uses words of other records of the class, so that it works for any language.
 */
import type { Random } from '../random/random.ts';

/** Share of a record's words that an operation edits: EDA's recommendation for sets of thousands of records. */
const TOUCHED = 0.1;

const OPERATIONS = [replaceWords, insertWords, swapWords, deleteWords] as const;

/** Draws records of a class (at least one), each edited by one operation. */
export function wordEditor(texts: readonly string[]): (random: Random) => string {
  const records = texts.map((text) => text.trim().split(/\s+/));
  return (random) => {
    const substitute = () => random.pick(random.pick(records));
    return random.pick(OPERATIONS)(random.pick(records), random, substitute).join(' ');
  };
}

const touched = (words: readonly string[]) => Math.max(1, Math.floor(TOUCHED * words.length));

/** Replaces distinct words with substitutes. */
export function replaceWords(words: readonly string[], random: Random, substitute: () => string): string[] {
  const edited = [...words];
  const places = random.shuffle([...words.keys()]).slice(0, touched(words));
  for (const place of places) edited[place] = substitute();
  return edited;
}

/** Inserts substitutes at random positions. */
export function insertWords(words: readonly string[], random: Random, substitute: () => string): string[] {
  const edited = [...words];
  for (let count = touched(words); count > 0; count--)
    edited.splice(random.int(edited.length + 1), 0, substitute());
  return edited;
}

/** Swaps pairs of words. */
export function swapWords(words: readonly string[], random: Random): string[] {
  const edited = [...words];
  for (let count = touched(words); count > 0 && words.length > 1; count--) {
    const first = random.int(words.length);
    const second = (first + 1 + random.int(words.length - 1)) % words.length;
    [edited[first], edited[second]] = [edited[second]!, edited[first]!];
  }
  return edited;
}

/** Deletes each word with the same probability, keeping at least one. */
export function deleteWords(words: readonly string[], random: Random): string[] {
  const kept = words.filter(() => random.next() >= TOUCHED);
  return kept.length > 0 ? kept : [random.pick(words)];
}
