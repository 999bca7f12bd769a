import type { Tokenizer } from '../tokenizer/tokenizer.ts';

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
