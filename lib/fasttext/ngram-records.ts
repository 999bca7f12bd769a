/**
 * Records of a model with n-grams, which are encoded anew whenever they are read: their rows are many times their
 * tokens.
 */
import type { TokenisedCorpus } from './corpus.ts';
import type { Dictionary } from './dictionary.ts';
import type { RecordReader } from './encode-records.ts';
import { LineEncoder } from './line-encoder.ts';
import type { TokenTable } from './token-table.ts';
import { LABEL_PREFIX_BYTES } from './tokens.ts';

/** The tokens of records, and tables with one place for each token of the vocabulary. */
export interface NgramRecords {
  kind: 'n-grams';
  tokens: Int32Array;
  offsets: Uint32Array;
  /** Entry of each vocabulary token in the dictionary: a word's row, or `wordCount` and the label; -1 for none. */
  entryOf: Int32Array;
  /** fastText's hash of each vocabulary token. */
  hashes: Int32Array;
  wordCount: number;
  wordNgrams: number;
  bucket: number;
  /** The rows of token t's character n-grams are `rows` from `starts[t]` to before `starts[t + 1]`; none without `maxn`. */
  subwords?: { starts: Uint32Array; rows: Int32Array };
}

/** The records of a corpus under a dictionary. */
export function ngramRecords(
  { vocabulary, tokens, offsets }: TokenisedCorpus,
  dictionary: Dictionary,
): NgramRecords {
  const { wordNgrams, bucket, maxn } = dictionary.settings;
  const records: NgramRecords = {
    kind: 'n-grams',
    tokens,
    offsets,
    entryOf: dictionary.entryOf,
    hashes: vocabulary.hashes,
    wordCount: dictionary.wordCount,
    wordNgrams,
    bucket,
  };
  return maxn > 0 ? { ...records, subwords: subwordTable(vocabulary, dictionary) } : records;
}

/** Words that the dictionary lacks are in it too: their n-grams count. */
function subwordTable(vocabulary: TokenTable, dictionary: Dictionary) {
  const { size } = vocabulary;
  const starts = new Uint32Array(size + 1);
  const rowsOf = (token: number) =>
    vocabulary.startsWith(token, LABEL_PREFIX_BYTES)
      ? NO_ROWS
      : dictionary.subwordsOf(vocabulary.bytesOf(token));
  for (let token = 0; token < size; token++) starts[token + 1] = starts[token]! + rowsOf(token).length;
  const rows = new Int32Array(starts[size]!);
  for (let token = 0; token < size; token++) rows.set(rowsOf(token), starts[token]);
  return { starts, rows };
}

const NO_ROWS = new Int32Array(0);

export class NgramReader implements RecordReader {
  readonly line: LineEncoder;
  readonly labels: number[] = [];
  readonly #records: NgramRecords;

  constructor(records: NgramRecords) {
    this.line = new LineEncoder(records);
    this.#records = records;
  }

  read(record: number): number {
    const { tokens, offsets, entryOf, hashes, wordCount, subwords } = this.#records;
    const { line, labels } = this;
    line.start();
    labels.length = 0;
    const start = offsets[record]!;
    const end = offsets[record + 1]!;
    for (let place = start; place < end; place++) {
      const token = tokens[place]!;
      const entry = entryOf[token]!;
      if (entry >= wordCount) labels.push(entry - wordCount);
      else if (subwords)
        line.add(entry, hashes[token]!, subwords.rows, subwords.starts[token]!, subwords.starts[token + 1]!);
      else line.add(entry, hashes[token]!, NO_ROWS, 0, 0);
    }
    line.finish();
    return end - start;
  }
}
