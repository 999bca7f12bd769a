/** The records of a corpus under a dictionary, and what reads them in a training. */
import { sharedInts, type TokenisedCorpus } from './corpus.ts';
import type { Dictionary } from './dictionary.ts';
import { LineEncoder } from './line-encoder.ts';
import { isLabel } from './tokens.ts';

/** Flat arrays, with which a thread can be started: the tokens of records, and a place for each token of the vocabulary. */
export interface EncodedRecords {
  tokens: Int32Array;
  offsets: Uint32Array;
  /** The dictionary's entry of each of the tokens: a word's row, or `wordCount` and the label; -1 for none. */
  entries: Int32Array;
  /** fastText's hash of each vocabulary token. */
  hashes: Int32Array;
  wordCount: number;
  wordNgrams: number;
  bucket: number;
  /** The rows of token t's character n-grams are `rows` from `starts[t]` to before `starts[t + 1]`; none without `maxn`. */
  subwords: { starts: Uint32Array; rows: Int32Array } | undefined;
}

/** The records of a corpus under a dictionary. */
export function encodeRecords(
  { vocabulary, tokens, offsets }: TokenisedCorpus,
  dictionary: Dictionary,
): EncodedRecords {
  const { entryOf, wordCount, settings } = dictionary;
  const { wordNgrams, bucket, maxn } = settings;
  // Looked up once: the records are read epoch after epoch.
  const entries = sharedInts(tokens.length);
  for (let place = 0; place < tokens.length; place++) entries[place] = entryOf[tokens[place]!]!;
  const subwords = maxn > 0 ? subwordTable(vocabulary.tokens, dictionary) : undefined;
  return {
    tokens,
    offsets,
    entries,
    hashes: Int32Array.from(vocabulary.hashes),
    wordCount,
    wordNgrams,
    bucket,
    subwords,
  };
}

/** Words that the dictionary lacks are in it too: their n-grams count. */
function subwordTable(tokens: readonly string[], dictionary: Dictionary) {
  const rowsOf = (token: string) => (isLabel(token) ? [] : dictionary.subwordsOf(token));
  const starts = new Uint32Array(tokens.length + 1);
  for (const [token, name] of tokens.entries()) starts[token + 1] = starts[token]! + rowsOf(name).length;
  const rows = new Int32Array(starts[tokens.length]!);
  for (const [token, name] of tokens.entries()) rows.set(rowsOf(name), starts[token]);
  return { starts, rows };
}

/** Goes through records: `line` holds the rows of the one that was read last, `labels` its labels. */
export class RecordReader {
  readonly line: LineEncoder;
  readonly labels: number[] = [];
  readonly #records: EncodedRecords;

  constructor(records: EncodedRecords) {
    this.line = new LineEncoder(records);
    this.#records = records;
  }

  /** Returns how many tokens the record has, its labels and line end among them. */
  read(record: number): number {
    const { tokens, offsets, entries, hashes, wordCount, wordNgrams, subwords } = this.#records;
    const { line, labels } = this;
    const hasNgrams = wordNgrams > 1 || subwords !== undefined;
    line.start();
    labels.length = 0;
    const start = offsets[record]!;
    const end = offsets[record + 1]!;
    for (let place = start; place < end; place++) {
      const entry = entries[place]!;
      if (entry >= wordCount) {
        labels.push(entry - wordCount);
        continue;
      }
      line.addRow(entry);
      if (!hasNgrams) continue;
      const token = tokens[place]!;
      if (subwords) line.addRows(subwords.rows, subwords.starts[token]!, subwords.starts[token + 1]!);
      if (wordNgrams > 1) line.addHash(hashes[token]!);
    }
    line.finish();
    return end - start;
  }
}
