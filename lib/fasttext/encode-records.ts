/** The records of a corpus, encoded for a training, and what reads them. */
import type { TokenisedCorpus } from './corpus.ts';
import type { Dictionary } from './dictionary.ts';
import { NgramReader, type NgramRecords, ngramRecords } from './ngram-records.ts';
import { encodeWords, WordReader, type WordRecords } from './word-records.ts';

/** A corpus' records as a training reads them: rows of the input matrix, and labels. */
export interface RecordReader {
  /** The present record's rows: the first `length` of them count, until the next record is read. */
  readonly line: { readonly rows: Int32Array; readonly length: number };
  /** Its labels. */
  readonly labels: readonly number[];
  /** Goes to a record; returns how many tokens it has, its labels and line end among them. */
  read(record: number): number;
}

/** Flat arrays, which a thread can be started with. */
export type EncodedRecords = WordRecords | NgramRecords;

/**
 * What readers need of the records that stand in the order.
 * @param isSpent whether the corpus may be overwritten with it
 */
export function encodeRecords(
  corpus: TokenisedCorpus,
  dictionary: Dictionary,
  order: Int32Array,
  isSpent: boolean,
): EncodedRecords {
  const { wordNgrams, maxn } = dictionary.settings;
  return wordNgrams > 1 || maxn > 0
    ? ngramRecords(corpus, dictionary)
    : encodeWords(corpus, dictionary, order, isSpent);
}

export function createRecordReader(records: EncodedRecords): RecordReader {
  return records.kind === 'words' ? new WordReader(records) : new NgramReader(records);
}
