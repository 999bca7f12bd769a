/**
 * Which records are the same page: equal by their digests, or near by the word sequences that they have in common. Texts
 * are gone through in the order of their digests, so that the order of the records makes no difference.
 */
import { Groups } from './groups.ts';
import { jaccard, wordSequences } from './word-sequences.ts';

export interface DuplicateSearch {
  records: number;
  /** Whether a record takes part: those that are dropped anyway do not. */
  takesPart: (record: number) => boolean;
  digests: BigUint64Array;
  bands: number;
  /** The key of a record in a band (bands.ts). */
  keyOf: (record: number, band: number) => number;
  textOf: (record: number) => string;
  /** Jaccard similarity from which two texts are near duplicates. */
  similarity: number;
  /** Called now and then with the share done; a rejection ends the search. */
  breathe?: (done: number) => Promise<void>;
}

export interface DuplicateGroups {
  /** 1 for each record with exactly the text of one before it. */
  exact: Uint8Array;
  /** The first record of a record's group: those joined by chains of near duplicates, exact ones included. */
  firstOf: (record: number) => number;
}

/** Texts with the same key before it that a text is compared with: a key that many share tells little. */
const MOST_COMPARED = 16;
/** Groups of equal keys between two calls of `breathe`. */
const STRIDE = 1 << 12;

/** Groups records. */
export async function groupDuplicates(search: DuplicateSearch): Promise<DuplicateGroups> {
  const { bands, breathe } = search;
  const groups = new Groups(search.records);
  const { exact, different } = joinEqual(search, groups);
  for (let band = 0; band < bands; band++) {
    const breatheInBand = async () => breathe?.(band / bands);
    let keys = 0;
    for (const records of withEqualKeys(search, different, band)) {
      if (keys++ % STRIDE === 0) await breatheInBand();
      if (records.length > 1) await joinNear(search, groups, records, breatheInBand);
    }
  }
  return { exact, firstOf: (record) => groups.firstOf(record) };
}

/** Records are told apart by these bits of a double; the others are a key's. */
const PLACES = 2 ** 24;

/** The records of each key of a band, in their order. Key and place make one number, which a typed array sorts fast. */
function* withEqualKeys({ keyOf }: DuplicateSearch, records: Uint32Array, band: number): Generator<number[]> {
  const sorted = new Float64Array(records.length);
  for (const [place, record] of records.entries())
    sorted[place] = (keyOf(record, band) >>> 3) * PLACES + place;
  sorted.sort();
  const keyAt = (at: number) => Math.floor(sorted[at]! / PLACES);
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    while (to < sorted.length && keyAt(to) === keyAt(from)) to++;
    yield Array.from(sorted.subarray(from, to), (number) => records[number % PLACES]!);
  }
}

/** Joins the records of equal texts. Gives back `exact`, and the first record of each text in the order of the digests. */
function joinEqual({ records, takesPart, digests }: DuplicateSearch, groups: Groups) {
  const exact = new Uint8Array(records);
  const firsts = new Map<bigint, number>();
  for (let record = 0; record < records; record++) {
    if (!takesPart(record)) continue;
    const first = firsts.get(digests[record]!);
    if (first === undefined) firsts.set(digests[record]!, record);
    else {
      groups.join(first, record);
      exact[record] = 1;
    }
  }
  const sorted = BigUint64Array.from(firsts.keys()).sort();
  return { exact, different: Uint32Array.from(sorted, (digest) => firsts.get(digest)!) };
}

/** Joins those of some records that are similar. */
async function joinNear(
  { textOf, similarity }: DuplicateSearch,
  groups: Groups,
  records: readonly number[],
  breathe: () => Promise<void>,
): Promise<void> {
  const known = new Map<number, Set<string>>();
  const sequencesOf = (record: number) => {
    if (!known.has(record)) known.set(record, wordSequences(textOf(record)));
    return known.get(record)!;
  };
  for (const [at, record] of records.entries()) {
    if (at % 64 === 63) await breathe();
    for (const other of records.slice(Math.max(0, at - MOST_COMPARED), at)) {
      if (groups.firstOf(record) === groups.firstOf(other)) continue;
      if (jaccard(sequencesOf(record), sequencesOf(other)) >= similarity) groups.join(record, other);
    }
    known.delete(records[at - MOST_COMPARED]!);
  }
}
