/**
 * Which records are the same page: equal by their digests, or near by the word sequences that they have in common. Texts
 * are gone through in the order of their digests, so that the order of the records makes no difference.
 */
import { jaccard, wordSequences } from './word-sequences.ts';

export interface DuplicateSearch {
  records: number;
  /** Whether a record takes part: those that are dropped anyway do not. */
  takesPart: (record: number) => boolean;
  digests: BigUint64Array;
  bands: number;
  /** The keys of the records in a band (bands.ts). */
  keysOf: (band: number) => (record: number) => number;
  textOf: (record: number) => string;
  /** Jaccard similarity from which two texts are near duplicates. */
  similarity: number;
  /** Called now and then with the share done; a rejection ends the search. */
  pause?: (done: number) => Promise<void>;
}

/** Texts with the same key before it that a text is compared with: a key that many share says little. */
const MOST_COMPARED = 16;
/**
 * Groups records. `exact` is 1 for each one with exactly the text of one before it; `firstOf` gives the first record of a
 * group: those joined by chains of near duplicates, exact ones included.
 */
export async function groupDuplicates(search: DuplicateSearch) {
  const { bands, textOf, similarity, pause } = search;
  const groups = new Groups(search.records);
  const { exact, different } = joinEqual(search, groups);
  for (let band = 0; band < bands; band++) {
    const keyOf = search.keysOf(band);
    for (const ranks of groupsOfEqualKeys(different.length, (rank) => keyOf(different[rank]!) >>> 3)) {
      if (ranks.length === 1) continue;
      const records = ranks.map((rank) => different[rank]!);
      const known = new Map<number, Set<string>>();
      const sequencesOf = (record: number) => {
        if (!known.has(record)) known.set(record, wordSequences(textOf(record)));
        return known.get(record)!;
      };
      for (const [at, record] of records.entries()) {
        await pause?.(band / bands);
        for (const other of records.slice(Math.max(0, at - MOST_COMPARED), at)) {
          if (groups.firstOf(record) === groups.firstOf(other)) continue;
          if (jaccard(sequencesOf(record), sequencesOf(other)) >= similarity) groups.join(record, other);
        }
        known.delete(records[at - MOST_COMPARED]!);
      }
    }
  }
  return { exact, firstOf: (record: number) => groups.firstOf(record) };
}

/** Joins the records of equal texts; `different` has the first of each text, in the order of the digests. */
function joinEqual({ records, takesPart, digests }: DuplicateSearch, groups: Groups) {
  const exact = new Uint8Array(records);
  const different: number[] = [];
  for (const similar of groupsOfEqualKeys(records, (record) => keyOfDigest(digests[record]!))) {
    const firsts = new Map<bigint, number>();
    for (const record of similar.filter(takesPart)) {
      const first = firsts.get(digests[record]!);
      if (first === undefined) firsts.set(digests[record]!, record);
      else {
        groups.join(first, record);
        exact[record] = 1;
      }
    }
    for (const [, record] of [...firsts].sort(([a], [b]) => (a < b ? -1 : 1))) different.push(record);
  }
  return { exact, different };
}

/** Records joined into groups, each known by its first one (union-find). */
class Groups {
  readonly #above: Int32Array;

  constructor(records: number) {
    this.#above = Int32Array.from({ length: records }, (_, record) => record);
  }

  /** The first record of a record's group; shortens the way there. */
  firstOf(record: number): number {
    const above = this.#above;
    while (above[record] !== record) {
      above[record] = above[above[record]!]!;
      record = above[record]!;
    }
    return record;
  }

  join(one: number, other: number): void {
    const [a, b] = [this.firstOf(one), this.firstOf(other)];
    this.#above[Math.max(a, b)] = Math.min(a, b);
  }
}

/** The bits of a double that hold the number; the others hold the key. */
const NUMBERS = 2 ** 24;

/** The lower bits of a digest, as many as a key has. */
export const keyOfDigest = (digest: bigint): number => Number(BigInt.asUintN(29, digest));

/**
 * The numbers from 0 to `count`, up to 2^24, that have the same key of up to 29 bits, for each key in order. Key and number
 * make one double, which a typed array sorts fast and in little memory.
 */
export function* groupsOfEqualKeys(count: number, keyOf: (number: number) => number): Generator<number[]> {
  const sorted = new Float64Array(count);
  for (let number = 0; number < count; number++) sorted[number] = keyOf(number) * NUMBERS + number;
  sorted.sort();
  for (let at = 0; at < count; ) {
    const numbers: number[] = [];
    const end = (Math.floor(sorted[at]! / NUMBERS) + 1) * NUMBERS;
    for (; at < count && sorted[at]! < end; at++) numbers.push(sorted[at]! % NUMBERS);
    yield numbers;
  }
}
