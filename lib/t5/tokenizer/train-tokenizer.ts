import { increase } from '../../arithmetic/counts.ts';
import { normalizedWords } from './normalization.ts';
import { type TokenizerFiles, unigramFiles } from './tokenizer-files.ts';
import { trainUnigram } from './unigram-training.ts';

/** Distinct words the training looks at; beyond, only rarer ones are left. Bounds its memory to about 1 GB. */
const TRAINING_WORDS = 100_000;
/** The fewest ids that make a vocabulary: special tokens, printable ASCII and some longer pieces. */
const LEAST_PIECES = 128;
/** How many `<extra_id_i>`, as T5 has them. */
const SENTINELS = 100;

export interface TokenizerTrainingOptions {
  /** Ids in all: special tokens, pieces and sentinels. A small corpus may give fewer. */
  vocabSize: number;
  signal?: AbortSignal;
}

/**
 * Trains a T5-like tokenizer (Unigram, Metaspace, nmt_nfkc-like normalisation, unknown characters as `<unk>`) on texts
 * of which only the counts of words are kept. The same texts give the same bytes.
 * @returns the contents of tokenizer.json and its companions, which Python's `AutoTokenizer` loads as they are
 * @throws {RangeError} if `vocabSize` leaves no room for the characters themselves
 */
export async function trainTokenizer(
  texts: Iterable<string> | AsyncIterable<string>,
  options: TokenizerTrainingOptions,
): Promise<TokenizerFiles> {
  const others = SENTINELS + 3;
  const size = options.vocabSize - others;
  if (size < LEAST_PIECES)
    throw new RangeError(`vocabSize ${options.vocabSize}: at least ${LEAST_PIECES + others} are needed`);
  const counts = new WordCounts();
  for await (const text of texts) {
    options.signal?.throwIfAborted();
    counts.add(text);
  }
  const pieces = await trainUnigram(counts.mostFrequent(TRAINING_WORDS), size, options.signal);
  return unigramFiles(pieces, SENTINELS);
}

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
