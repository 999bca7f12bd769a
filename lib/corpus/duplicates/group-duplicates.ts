/** Which records are the same page: equal by their digests, or near by their MinHash signatures. */
import type { ColumnBlock } from '../column-file.ts';
import { CandidateChains } from './candidate-chains.ts';
import { DigestTable } from './digest-table.ts';
import { Groups } from './groups.ts';
import { RepeatFilter } from './repeat-filter.ts';
import { SIGNATURE_WORDS, VALUES } from './signature.ts';

export interface DuplicateSearch {
  records: number;
  /** Whether a record takes part: those that are dropped anyway do not. */
  takesPart: (record: number) => boolean;
  /** `DIGEST_WORDS` words a record; asked for once, and given up before the signatures are gone through. */
  digests: () => Uint32Array;
  /** `SIGNATURE_WORDS` words a record, in order; gone through several times. */
  signatures: () => Iterable<ColumnBlock>;
  /** Estimated Jaccard similarity from which two texts are near duplicates. */
  similarity: number;
  /** Candidates whose signatures lie in memory together, 64 bytes each; about a million by default. */
  mostCandidates?: number;
  /** Called every few thousand records with the share done; a rejection ends the search. */
  breathe?: (done: number) => Promise<void>;
}

export interface DuplicateGroups {
  /** 1 for each record with exactly the text of one before it. */
  exact: Uint8Array;
  /** For each record the first one of its group: those joined by chains of near duplicates, exact ones included. */
  near: Int32Array;
}

/** Records between two calls of `breathe`. */
const STRIDE = 1 << 16;
const MOST_CANDIDATES = 1 << 20;

/**
 * Groups records. Near duplicates are found by banding (locality-sensitive hashing): two texts are compared where
 * all values of some band agree, which two texts of the wanted similarity do with a probability of 99 % or more.
 *
 * Of most records no other has the same band. So the signatures are gone through twice for each band: first to see
 * which bands repeat, then to compare the records that have one of these. Only their signatures are held in memory.
 */
export async function groupDuplicates(search: DuplicateSearch): Promise<DuplicateGroups> {
  const groups = new Groups(search.records);
  const exact = await joinEqual(search, groups);
  const { values, bands } = bandingFor(search.similarity);
  const mask = values === 8 ? -1 : (1 << (4 * values)) - 1;
  for (let band = 0; band < bands; band++)
    await joinBand(search, exact, groups, { from: band * values, values, mask, done: band / bands });
  return { exact, near: groups.flatten() };
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

/** Joins the records of equal texts; gives back `DuplicateGroups.exact`. */
async function joinEqual(
  { records, takesPart, digests, breathe }: DuplicateSearch,
  groups: Groups,
): Promise<Uint8Array> {
  const exact = new Uint8Array(records);
  const table = new DigestTable(digests(), records);
  for (let record = 0; record < records; record++) {
    if (record % STRIDE === 0) await breathe?.(0);
    if (!takesPart(record)) continue;
    const first = table.firstOf(record);
    if (first === record) continue;
    groups.join(record, first);
    exact[record] = 1;
  }
  return exact;
}

interface Band {
  /** Its first value. */
  from: number;
  values: number;
  /** The bits of so many values. */
  mask: number;
  /** Share of the search that is done before it. */
  done: number;
}

/** Joins the records that agree in one band and are similar. */
async function joinBand(
  { records, takesPart, signatures, similarity, breathe, mostCandidates = MOST_CANDIDATES }: DuplicateSearch,
  exact: Uint8Array,
  groups: Groups,
  band: Band,
): Promise<void> {
  const filter = new RepeatFilter(records);
  for (const { first, words } of signatures()) {
    await breathe?.(band.done);
    for (let at = 0, record = first; at < words.length; at += SIGNATURE_WORDS, record++)
      if (exact[record] === 0 && takesPart(record)) filter.note(bandOf(words, at, band));
  }
  const parts = Math.ceil(filter.atMost / mostCandidates);
  for (let part = 0; part < parts; part++) {
    const chains = new CandidateChains(groups, similarity);
    for (const { first, words } of signatures()) {
      await breathe?.(band.done);
      for (let at = 0, record = first; at < words.length; at += SIGNATURE_WORDS, record++) {
        if (exact[record] === 1 || !takesPart(record)) continue;
        const key = bandOf(words, at, band);
        if ((key >>> 0) % parts === part && filter.mayRepeat(key)) chains.add(record, key, words, at);
      }
    }
  }
}

/** The values of a band as one number, at most 8 of 4 bits. */
function bandOf(signatures: Uint32Array, at: number, { from, values, mask }: Band): number {
  const word = at + (from >>> 3);
  const shift = 4 * (from & 7);
  const low = signatures[word]! >>> shift;
  return (shift + 4 * values > 32 ? low | (signatures[word + 1]! << (32 - shift)) : low) & mask;
}
