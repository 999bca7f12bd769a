/**
 * What it takes to turn a corpus' tokens into rows of the input matrix: flat tables, one place per token of the
 * vocabulary, that several threads share without a copy.
 */
import type { TokenisedCorpus } from './corpus.ts';
import type { Dictionary } from './dictionary.ts';
import { LineEncoder } from './line-encoder.ts';
import type { TokenTable } from './token-table.ts';
import { LABEL_PREFIX_BYTES } from './tokens.ts';

export interface EncodingTables {
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

/** The tables of a corpus under a dictionary; `isShared` puts them where other threads reach them. */
export function encodingTables(
  { vocabulary }: TokenisedCorpus,
  dictionary: Dictionary,
  isShared: boolean,
): EncodingTables {
  const { wordNgrams, bucket, maxn } = dictionary.settings;
  const tables: EncodingTables = {
    entryOf: isShared ? toShared(dictionary.entryOf) : dictionary.entryOf,
    hashes: vocabulary.hashes,
    wordCount: dictionary.wordCount,
    wordNgrams,
    bucket,
  };
  return maxn > 0 ? { ...tables, subwords: subwordTable(vocabulary, dictionary) } : tables;
}

/** Words that the dictionary lacks are in it too: their n-grams count. */
function subwordTable(vocabulary: TokenTable, dictionary: Dictionary) {
  const { size } = vocabulary;
  const starts = new Uint32Array(new SharedArrayBuffer((size + 1) * 4));
  const rowsOf = (token: number) =>
    vocabulary.startsWith(token, LABEL_PREFIX_BYTES)
      ? NO_ROWS
      : dictionary.subwordsOf(vocabulary.bytesOf(token));
  for (let token = 0; token < size; token++) starts[token + 1] = starts[token]! + rowsOf(token).length;
  const rows = new Int32Array(new SharedArrayBuffer(starts[size]! * 4));
  for (let token = 0; token < size; token++) rows.set(rowsOf(token), starts[token]);
  return { starts, rows };
}

/** A copy that other threads reach. */
export function toShared(array: Int32Array): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}

const NO_ROWS = new Int32Array(0);

/** Encodes records of a corpus: after `encode`, `line` has the rows and `labels` the labels of one record. */
export class RecordEncoder {
  readonly line: LineEncoder;
  readonly labels: number[] = [];
  readonly #tokens: Int32Array;
  readonly #offsets: Uint32Array;
  readonly #tables: EncodingTables;

  constructor(corpus: Pick<TokenisedCorpus, 'tokens' | 'offsets'>, tables: EncodingTables) {
    this.line = new LineEncoder(tables);
    this.#tokens = corpus.tokens;
    this.#offsets = corpus.offsets;
    this.#tables = tables;
  }

  /** Returns how many tokens the record has, its label and line end among them. */
  encode(record: number): number {
    const { entryOf, hashes, wordCount, subwords } = this.#tables;
    const { line, labels } = this;
    line.start();
    labels.length = 0;
    const start = this.#offsets[record]!;
    const end = this.#offsets[record + 1]!;
    for (let place = start; place < end; place++) {
      const token = this.#tokens[place]!;
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
