import { type TokenizerFiles, unigramFiles } from './tokenizer-files.ts';
import { trainUnigram } from './unigram-training.ts';
import { WordCounts } from './word-counts.ts';

/** Distinct words the training looks at; beyond, only rarer ones are left. Bounds its memory to about 1 GB. */
const TRAINING_WORDS = 100_000;
/** The fewest ids that make a vocabulary: special tokens, printable ASCII and some longer pieces. */
const LEAST_PIECES = 128;

export interface TokenizerTrainingOptions {
  /** Ids in all: special tokens, pieces and sentinels. A small corpus may give fewer. */
  vocabSize: number;
  /** How many `<extra_id_i>`; T5 has 100. */
  sentinels?: number;
  signal?: AbortSignal;
  /** Called during the training with the pieces that are left and those wanted. */
  onProgress?: (left: number, wanted: number) => void;
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
  const sentinels = options.sentinels ?? 100;
  const size = options.vocabSize - sentinels - 3;
  if (size < LEAST_PIECES)
    throw new RangeError(
      `vocabSize ${options.vocabSize}: at least ${LEAST_PIECES + sentinels + 3} are needed`,
    );
  const counts = new WordCounts();
  for await (const text of texts) {
    options.signal?.throwIfAborted();
    counts.add(text);
  }
  const pieces = await trainUnigram(counts.mostFrequent(TRAINING_WORDS), {
    size,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return unigramFiles(pieces, sentinels);
}
