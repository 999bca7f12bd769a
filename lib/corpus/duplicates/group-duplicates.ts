/** Which records are the same page: equal by their digests, or near by their MinHash signatures. */
import { DigestTable } from './digest-table.ts';
import { SIGNATURE_WORDS, similarityOf, VALUES } from './signature.ts';

export interface DuplicateSearch {
  records: number;
  /** Whether a record takes part: those that are dropped anyway do not. */
  takesPart: (record: number) => boolean;
  /** `DIGEST_WORDS` words a record. */
  digests: Uint32Array;
  /** `SIGNATURE_WORDS` words a record. */
  signatures: Uint32Array;
  /** Estimated Jaccard similarity from which two texts are near duplicates. */
  similarity: number;
  /** Called between steps of at most a second with the share done; a rejection ends the search. */
  breathe?: (done: number) => Promise<void>;
}

export interface DuplicateGroups {
  /** For each record the first one with exactly its text; itself where there is none before it. */
  exact: Int32Array;
  /** For each record the first one of its group: those joined by chains of near duplicates, exact ones included. */
  near: Int32Array;
}

/** Near-duplicate candidates of one record that are compared in one band; a band that many share tells nothing. */
const MOST_COMPARED = 8;

/**
 * Groups records. Near duplicates are found by banding (locality-sensitive hashing): two texts are compared where
 * all values of some band agree, which two texts of the wanted similarity do with a probability of 99 % or more.
 */
export async function groupDuplicates(search: DuplicateSearch): Promise<DuplicateGroups> {
  const { records, takesPart, digests } = search;
  const exact = new Int32Array(records);
  const table = new DigestTable(digests, records);
  for (let record = 0; record < records; record++)
    exact[record] = takesPart(record) ? table.firstOf(record) : record;
  const near = exact.slice();
  const banding = bandingFor(search.similarity);
  for (let band = 0; band < banding.bands; band++) {
    await search.breathe?.(band / banding.bands);
    joinBand(search, exact, near, band * banding.values, banding.values);
  }
  for (let record = 0; record < records; record++) near[record] = rootOf(near, record);
  return { exact, near };
}

/** The widest bands under which two texts of this similarity share one with a probability of 99 %. */
export function bandingFor(similarity: number): { values: number; bands: number } {
  const agree = similarity + (1 - similarity) / 16;
  for (let values = 8; values > 1; values--) {
    const bands = Math.floor(VALUES / values);
    if (1 - (1 - agree ** values) ** bands >= 0.99) return { values, bands };
  }
  return { values: 1, bands: VALUES };
}

/** Joins the records that agree in one band and are similar. */
function joinBand(
  { records, takesPart, signatures, similarity }: DuplicateSearch,
  exact: Int32Array,
  group: Int32Array,
  from: number,
  values: number,
): void {
  const last = 2 ** Math.ceil(Math.log2(2 * Math.max(1, records))) - 1;
  const slots = new Int32Array(last + 1).fill(-1);
  const next = new Int32Array(records).fill(-1);
  for (let record = 0; record < records; record++) {
    if (exact[record] !== record || !takesPart(record)) continue;
    const key = bandOf(signatures, record, from, values);
    let slot = Math.imul(key ^ (key >>> 15), 0x9e3779b1) & last;
    while (slots[slot] !== -1 && bandOf(signatures, slots[slot]!, from, values) !== key)
      slot = (slot + 1) & last;
    const head = slots[slot]!;
    if (head === -1) {
      slots[slot] = record;
      continue;
    }
    const root = rootOf(group, record);
    let joined = false;
    let other = head;
    for (let compared = 0; other !== -1 && compared < MOST_COMPARED && !joined; compared++) {
      const otherRoot = rootOf(group, other);
      joined = otherRoot === root || similarityOf(signatures, record, other) >= similarity;
      if (joined) group[Math.max(root, otherRoot)] = Math.min(root, otherRoot);
      other = next[other]!;
    }
    if (joined) continue;
    next[record] = next[head]!;
    next[head] = record;
  }
}

/** The values of a band as one number, at most 8 of 4 bits. */
function bandOf(signatures: Uint32Array, record: number, from: number, values: number): number {
  let key = 0;
  for (let value = from; value < from + values; value++)
    key = (key << 4) | ((signatures[record * SIGNATURE_WORDS + (value >>> 3)]! >>> (4 * (value & 7))) & 15);
  return key;
}

/** The first record of a group; shortens the way there. */
function rootOf(group: Int32Array, record: number): number {
  let root = record;
  while (group[root] !== root) root = group[root]!;
  for (let at = record; at !== root; ) {
    const above = group[at]!;
    group[at] = root;
    at = above;
  }
  return root;
}
