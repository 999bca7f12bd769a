import { hash } from 'node:crypto';
import type { ColumnSettings, SplitSettings } from '../../settings/settings.ts';
import { type RowSource, rowsOfBlock } from '../block-rows.ts';
import { DIGEST_WORDS } from '../duplicates/digest-table.ts';
import { SIGNATURE_WORDS, writeSignature } from '../duplicates/signature.ts';
import { shorten } from '../inspect.ts';
import { tidyLabel } from '../labels.ts';
import type { Mended, RecordRow, RejectedRow } from '../rows.ts';
import type { Block } from '../source/block.ts';
import { splitFraction } from '../split.ts';
import { createJudge, type Judge, type JudgeSettings } from './judge.ts';
import {
  DIGEST_AT,
  DROP_REASONS,
  HEAD_BYTES,
  ID_LENGTH_AT,
  RAW_DIGEST_BYTES,
  SIGNATURE_AT,
  TEXT_LENGTH_AT,
  UNKNOWN_AT,
  VERDICT_AT,
} from './judged-rows.ts';
import { type KnownEntry, VerdictCache, type VerdictCacheFiles } from './verdict-cache.ts';

export interface BlockJudgeSettings extends JudgeSettings {
  columns: ColumnSettings;
  split: SplitSettings;
}

/** What is known of a block's rows: columns in place of objects, which travel between threads without a copy. */
export interface JudgedBlock {
  /** Rows, rejected ones included. */
  read: number;
  rejected: RejectedRow[];
  mended: Partial<Record<Mended, number>>;
  /** The labels of the block, each once. */
  labels: string[];
  /** For each record, which of them it has. */
  label: Uint32Array;
  /** Digest of each record's id, `DIGEST_WORDS` each. */
  ids: Uint32Array;
  /** Digest of each record's raw text and label. */
  contents: Uint32Array;
  /** Digest of each record's clean text. */
  texts: Uint32Array;
  signatures: Uint32Array;
  /** Where each record's id lies between 0 and 1, for the split. */
  fractions: Float64Array;
  /** Index into `DROP_REASONS`. */
  verdicts: Uint8Array;
  /** 1 where the language could not be told. */
  unknown: Uint8Array;
  /** The records as entries of the file of judged rows, and the end of each. */
  entries: Uint8Array;
  ends: Uint32Array;
  /** Records whose verdict was known from an earlier run. */
  remembered: number;
}

export type BlockJudge = (block: Block, source: RowSource) => JudgedBlock;

const SAMPLE_LENGTH = 300;

/** Judges blocks one after the other; whatever it gives does not depend on the blocks before. */
export async function createBlockJudge(
  settings: BlockJudgeSettings,
  cached?: VerdictCacheFiles,
): Promise<BlockJudge> {
  const judge = await createJudge(settings);
  const cache = cached && new VerdictCache(cached);
  return (block, source) => {
    const rejected: RejectedRow[] = [];
    const records: RecordRow[] = [];
    for (const row of rowsOfBlock(block, source, settings.columns))
      if (row.kind === 'rejected') rejected.push(row);
      else records.push(row);
    return judgeRecords(records, rejected, settings.split, judge, cache);
  };
}

function judgeRecords(
  records: RecordRow[],
  rejected: RejectedRow[],
  split: SplitSettings,
  judge: Judge,
  cache: VerdictCache | undefined,
): JudgedBlock {
  const count = records.length;
  const labels = new Map<string, number>();
  const labelDigests: Buffer[] = [];
  const block: JudgedBlock = {
    read: count + rejected.length,
    rejected,
    mended: {},
    labels: [],
    label: new Uint32Array(count),
    ids: new Uint32Array(count * DIGEST_WORDS),
    contents: new Uint32Array(count * DIGEST_WORDS),
    texts: new Uint32Array(count * DIGEST_WORDS),
    signatures: new Uint32Array(count * SIGNATURE_WORDS),
    fractions: new Float64Array(count),
    verdicts: new Uint8Array(count),
    unknown: new Uint8Array(count),
    entries: new Uint8Array(0),
    ends: new Uint32Array(count),
    remembered: 0,
  };
  const entries = new EntryWriter(expectedBytes(records));
  for (const [at, { id, text, label, mended }] of records.entries()) {
    for (const what of mended) block.mended[what] = (block.mended[what] ?? 0) + 1;
    const tidy = tidyLabel(label);
    if (!labels.has(tidy)) labels.set(tidy, labels.size);
    block.label[at] = labels.get(tidy)!;
    if (labelDigests.length < labels.size) labelDigests.push(hash('sha256', tidy, 'buffer'));
    writeDigest(block.ids, at, hash('sha256', id, 'buffer'));
    block.fractions[at] = splitFraction(id, split.seed);
    const rawDigest = hash('sha256', text, 'buffer').subarray(0, RAW_DIGEST_BYTES);
    writeDigest(block.contents, at, rawDigest, labelDigests[block.label[at]]);
    const known = cache?.find(rawDigest);
    if (known) block.remembered++;
    const entry = entries.length;
    if (known) entries.addKnown(id, known);
    else entries.add(id, rawDigest, judge(text));
    const { view } = entries;
    block.verdicts[at] = view.getUint8(entry + VERDICT_AT);
    block.unknown[at] = view.getUint8(entry + UNKNOWN_AT);
    for (let word = 0; word < DIGEST_WORDS; word++)
      block.texts[at * DIGEST_WORDS + word] = view.getUint32(entry + DIGEST_AT + 4 * word, true);
    for (let word = 0; word < SIGNATURE_WORDS; word++)
      block.signatures[at * SIGNATURE_WORDS + word] = view.getUint32(entry + SIGNATURE_AT + 4 * word, true);
    block.ends[at] = entries.length;
  }
  block.labels = [...labels.keys()];
  block.entries = entries.finish();
  return block;
}

/** Enough for the entries of all records, and for what the last one might come to. */
function expectedBytes(records: readonly RecordRow[]): number {
  let sum = 4096;
  let longest = 0;
  for (const { text } of records) {
    sum += text.length + HEAD_BYTES + 64;
    longest = Math.max(longest, text.length);
  }
  return sum + 3 * longest;
}

/** Writes a digest, or two of them as one. */
function writeDigest(into: Uint32Array, record: number, digest: Buffer, other?: Buffer): void {
  for (let word = 0; word < DIGEST_WORDS; word++)
    into[record * DIGEST_WORDS + word] = digest.readUInt32LE(4 * word) ^ (other?.readUInt32LE(4 * word) ?? 0);
}

const signature = new Uint32Array(SIGNATURE_WORDS);

/** Puts entries one behind the other into one buffer. */
class EntryWriter {
  length = 0;
  view: DataView;
  #buffer: Buffer;

  constructor(expected: number) {
    this.#buffer = Buffer.from(new ArrayBuffer(expected));
    this.view = new DataView(this.#buffer.buffer);
  }

  /** An entry for a verdict. */
  add(id: string, rawDigest: Buffer, { text, dropped, unknownLanguage }: ReturnType<Judge>): void {
    const idJson = JSON.stringify(id);
    const textJson = JSON.stringify(dropped ? shorten(text, SAMPLE_LENGTH) : text);
    this.#reserve(HEAD_BYTES + 3 * (idJson.length + textJson.length));
    const at = this.length;
    const idLength = this.#buffer.write(idJson, at + HEAD_BYTES);
    const textLength = this.#buffer.write(textJson, at + HEAD_BYTES + idLength);
    rawDigest.copy(this.#buffer, at);
    this.view.setUint8(at + VERDICT_AT, DROP_REASONS.indexOf(dropped));
    this.view.setUint8(at + UNKNOWN_AT, unknownLanguage ? 1 : 0);
    this.view.setUint32(at + ID_LENGTH_AT, idLength, true);
    this.view.setUint32(at + TEXT_LENGTH_AT, textLength, true);
    if (!dropped) {
      hash('sha256', text, 'buffer').copy(this.#buffer, at + DIGEST_AT, 0, 4 * DIGEST_WORDS);
      writeSignature(text, signature, 0);
      for (let word = 0; word < SIGNATURE_WORDS; word++)
        this.view.setUint32(at + SIGNATURE_AT + 4 * word, signature[word]!, true);
    }
    this.length += HEAD_BYTES + idLength + textLength;
  }

  /** An entry with another id and all else as it was. */
  addKnown(id: string, { bytes, at: from, textAt, end }: KnownEntry): void {
    const idJson = JSON.stringify(id);
    this.#reserve(HEAD_BYTES + 3 * idJson.length + end - textAt);
    const at = this.length;
    bytes.copy(this.#buffer, at, from, from + HEAD_BYTES);
    const idLength = this.#buffer.write(idJson, at + HEAD_BYTES);
    this.view.setUint32(at + ID_LENGTH_AT, idLength, true);
    bytes.copy(this.#buffer, at + HEAD_BYTES + idLength, textAt, end);
    this.length += HEAD_BYTES + idLength + end - textAt;
  }

  /** The bytes of all entries, in an array buffer of their own. */
  finish(): Uint8Array {
    return new Uint8Array(this.#buffer.buffer, 0, this.length);
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#buffer.length) return;
    const larger = Buffer.from(new ArrayBuffer(Math.max(2 * this.#buffer.length, this.length + bytes)));
    this.#buffer.copy(larger, 0, 0, this.length);
    this.#buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}
