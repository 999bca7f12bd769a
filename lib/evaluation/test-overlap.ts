/** Finds texts that repeat part of a held-out record, and whether the model could have read it elsewhere. */
import { countEach } from '../arithmetic/counts.ts';
import { NgramSet, ngramHashes } from '../balancing/ngram-set.ts';
import { comparableWords } from '../balancing/words.ts';
import { NearDuplicateIndex } from '../corpus/duplicates/near-duplicate-index.ts';

/** Length of a shared run of words that indicates copying (as in GPT-3's contamination audit). */
export const OVERLAP_WORDS = 13;
/** Share of common word sequences from which a text is a near copy: one changed word of twenty breaks two fifths of them. */
export const NEAR_COPY = 0.5;

/** A text's overlap with the held-out records: passages by hash, and near-copies of records. */
export type Repeated = ReadonlySet<number>;

export class HeldOutTexts {
  readonly #passages = new NgramSet(OVERLAP_WORDS);
  readonly #near = new NearDuplicateIndex(NEAR_COPY);

  add(text: string): void {
    this.#passages.add(comparableWords(text));
    this.#near.add(text);
  }

  /** A text's overlap; empty for most. */
  repeatedBy(text: string): Repeated {
    const repeated = new Set<number>();
    for (const hash of ngramHashes(comparableWords(text), OVERLAP_WORDS))
      if (this.#passages.has(hash)) repeated.add(hash);
    const near = this.#near.find(text);
    // Hashes are positive.
    if (near !== undefined) repeated.add(-1 - near);
    return repeated;
  }
}

export interface RepeatingPage {
  id: string;
  text: string;
  repeated: Repeated;
}

/** The number of pages read by a model that contain each overlap; duplicate pages count once. */
export function countReads(pages: Iterable<RepeatingPage>): Map<number, number> {
  const distinct = new Map<string, Repeated>();
  for (const { id, text, repeated } of pages) distinct.set(JSON.stringify([id, text]), repeated);
  return countEach([...distinct.values()].flatMap((repeated) => [...repeated]));
}

/** Whether something of it was read in no page but so many: 1 for a page that was read itself. */
export const isUnread = (repeated: Repeated, reads: ReadonlyMap<number, number>, besides: number): boolean =>
  [...repeated].some((each) => (reads.get(each) ?? 0) <= besides);
