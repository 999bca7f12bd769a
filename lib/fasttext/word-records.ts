/**
 * Records of a model without n-grams, encoded once before the training: they are copied epoch after epoch, which costs
 * no more than their memory, 4 bytes a token.
 */
import { sharedInts, type TokenisedCorpus } from './corpus.ts';
import type { Dictionary } from './dictionary.ts';
import type { RecordReader } from './encode-records.ts';

export interface WordRecords {
  kind: 'words';
  /** Where each record begins in `entries`: as many places as it has tokens. */
  offsets: Uint32Array;
  /** Of each record the rows of its words, then `-1 - label` for each label; 0 in places of unknown words. */
  entries: Int32Array;
  /** How many words that are known each record has. */
  lengths: Int32Array;
}

/**
 * The records that stand in the order.
 * @param isSpent whether the corpus' tokens may be overwritten with what comes of them
 */
export function encodeWords(
  { tokens, offsets }: TokenisedCorpus,
  { entryOf, wordCount }: Dictionary,
  order: Int32Array,
  isSpent: boolean,
): WordRecords {
  const records = offsets.length - 1;
  const entries = isSpent ? tokens : sharedInts(tokens.length);
  const lengths = new Int32Array(records);
  const isDone = new Uint8Array(records);
  const labels: number[] = [];
  for (const record of order) {
    if (isDone[record] === 1) continue;
    isDone[record] = 1;
    labels.length = 0;
    const start = offsets[record]!;
    const end = offsets[record + 1]!;
    let to = start;
    for (let place = start; place < end; place++) {
      const entry = entryOf[tokens[place]!]!;
      if (entry >= wordCount) labels.push(entry - wordCount);
      else if (entry >= 0) entries[to++] = entry;
    }
    lengths[record] = to - start;
    for (const label of labels) entries[to++] = -1 - label;
    entries.fill(0, to, end);
  }
  return { kind: 'words', offsets, entries, lengths };
}

export class WordReader implements RecordReader {
  readonly line = { rows: new Int32Array(0) as Int32Array, length: 0 };
  readonly labels: number[] = [];
  readonly #records: WordRecords;

  constructor(records: WordRecords) {
    this.#records = records;
  }

  read(record: number): number {
    const { offsets, entries, lengths } = this.#records;
    const { line, labels } = this;
    const start = offsets[record]!;
    const end = offsets[record + 1]!;
    const labelsAt = start + lengths[record]!;
    line.rows = entries.subarray(start, labelsAt);
    line.length = labelsAt - start;
    labels.length = 0;
    for (let place = labelsAt; place < end && entries[place]! < 0; place++) labels.push(-1 - entries[place]!);
    return end - start;
  }
}
