import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Ban } from './processors.ts';

/** Which answers fill in blanks. */
export interface Blanks {
  /** Ids of all `<extra_id_i>`, by i. */
  sentinels: readonly number[];
  /** By input: how many blanks its answer fills, from the first on; 0 for an answer of any form. */
  counts: readonly number[];
}

/** Tokens of a blank at most: more than a few words are another sentence. */
const MOST_TOKENS = 16;
/** Tokens that each blank to come needs at least: its name and one of what stands in it. */
const FEWEST_TOKENS = 2;

/**
 * Holds an answer to the form in which a model is taught to fill in blanks: each blank's name in order, something behind
 * it, and the end behind the last. A model that knows the task hardly needs it; one that is small names blanks twice.
 * @param count blanks to fill
 * @param limits ids of a sequence at most, the decoder's start included, and how many tokens there are
 */
export function fillBlanks(
  sentinels: readonly number[],
  count: number,
  { eosId, maxLength, vocabulary }: { eosId: number; maxLength: number; vocabulary: number },
): Ban {
  const numbers = new Map(sentinels.map((id, number) => [id, number]));
  const ends = [...sentinels, eosId];
  const allBut = (kept: number) =>
    Array.from({ length: vocabulary }, (_, id) => id).filter((id) => id !== kept);
  return (sequence) => {
    const names = sequence.filter((id) => numbers.has(id)).length;
    const next = names < count ? sentinels[names]! : eosId;
    if (names === 0) return allBut(next);
    const inside = sequence.length - 1 - sequence.findLastIndex((id) => numbers.has(id));
    if (inside === 0) return ends;
    const room = maxLength - sequence.length - FEWEST_TOKENS * (count - names);
    if (inside >= MOST_TOKENS || room <= 1) return allBut(next);
    return ends.filter((id) => id !== next);
  };
}

/** What stands after each `<extra_id_i>` of an answer, by i; of one that comes again, the first. */
export function readBlanks(ids: readonly number[], tokenizer: Tokenizer): Map<number, string> {
  const blanks = new Map<number, string>();
  const numbers = new Map(
    Array.from({ length: tokenizer.sentinelCount }, (_, index) => [tokenizer.sentinel(index), index]),
  );
  const places = [...ids.keys()].filter((place) => numbers.has(ids[place]!));
  for (const [at, place] of places.entries()) {
    const number = numbers.get(ids[place]!)!;
    if (!blanks.has(number)) blanks.set(number, tokenizer.decode(ids.slice(place + 1, places[at + 1])));
  }
  return blanks;
}
