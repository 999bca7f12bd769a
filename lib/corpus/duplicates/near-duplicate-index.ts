import { type Banding, bandingFor, bandKeys } from './bands.ts';
import { jaccard, wordSequences } from './word-sequences.ts';

/**
 * Answers which of some texts, all in memory, another is a near duplicate of: one that shares a given part of its
 * sequences of four words (Jaccard), case and punctuation aside. Texts of up to four words are near duplicates of
 * their like alone. Candidates are found by bands of a MinHash, 99 % of those at the very similarity, and checked exactly.
 */
export class NearDuplicateIndex {
  readonly #similarity: number;
  readonly #banding: Banding;
  readonly #texts: string[] = [];
  /** The numbers of the texts that have a key, which differs from band to band. */
  readonly #numbers = new Map<number, number[]>();

  /** @param similarity from which two texts are near duplicates, above 0 and up to 1 */
  constructor(similarity: number) {
    this.#similarity = similarity;
    this.#banding = bandingFor(similarity);
  }

  add(text: string): number {
    const number = this.#texts.push(text) - 1;
    for (const key of bandKeys(text, this.#banding)) {
      const sharing = this.#numbers.get(key);
      if (sharing) sharing.push(number);
      else this.#numbers.set(key, [number]);
    }
    return number;
  }

  /** The number of the first added text that this one is a near duplicate of, if there is one. */
  find(text: string): number | undefined {
    const candidates = new Set<number>();
    for (const key of bandKeys(text, this.#banding))
      for (const number of this.#numbers.get(key) ?? []) candidates.add(number);
    const sequences = wordSequences(text);
    return [...candidates]
      .sort((a, b) => a - b)
      .find((number) => jaccard(sequences, wordSequences(this.#texts[number]!)) >= this.#similarity);
  }
}
