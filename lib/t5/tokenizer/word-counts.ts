import { increase } from '../../arithmetic/counts.ts';
import { normalizedWords } from './normalization.ts';

/** Distinct words held before the rarest are let go: about 200 MB. */
const MOST_WORDS = 2_000_000;

/**
 * Counts words over any amount of text in bounded memory: when too many are held, those seen least often go (lossy
 * counting, Manku and Motwani 2002). What is rare in so much text never becomes a piece of a vocabulary.
 */
export class WordCounts {
  private readonly counts = new Map<string, number>();
  private floor = 0;
  private readonly mostWords: number;

  constructor(mostWords = MOST_WORDS) {
    this.mostWords = mostWords;
  }

  add(text: string): void {
    for (const word of normalizedWords(text)) increase(this.counts, word);
    while (this.counts.size > this.mostWords) {
      this.floor++;
      for (const [word, count] of this.counts) if (count <= this.floor) this.counts.delete(word);
    }
  }

  /** The `limit` most frequent words, most frequent first, ties in the order of their characters. */
  mostFrequent(limit: number): [word: string, count: number][] {
    const entries = [...this.counts];
    entries.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    return entries.slice(0, limit);
  }
}
