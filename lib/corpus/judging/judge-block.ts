import type { ColumnSettings, SplitSettings } from '../../settings/settings.ts';
import { type RowSource, rawRowsOfBlock } from '../block-rows.ts';
import { DIGEST_WORDS } from '../duplicates/digest-table.ts';
import { SIGNATURE_WORDS } from '../duplicates/signature.ts';
import { tidyLabel } from '../labels.ts';
import { MENDINGS, type Mended, type RejectedRow, type Row } from '../rows.ts';
import { writeSha256 } from '../sha256.ts';
import type { Block } from '../source/block.ts';
import { EntryWriter } from './entry-writer.ts';
import { createJudge, type Judge, type JudgeSettings } from './judge.ts';
import {
  DIGEST_AT,
  FRACTION_AT,
  HEAD_BYTES,
  ID_DIGEST_AT,
  KEY_BYTES,
  MENDED_AT,
  placesOf,
  SIGNATURE_AT,
  TEXT_KEY_AT,
  UNKNOWN_AT,
  VERDICT_AT,
} from './judged-rows.ts';
import { VerdictCache, type VerdictCacheFiles } from './verdict-cache.ts';

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
  /** The records as entries of the file of judged rows. */
  entries: Uint8Array;
  /** Records whose verdict was known from an earlier run. */
  remembered: number;
}

export type BlockJudge = (block: Block, source: RowSource) => JudgedBlock;

/** Judges blocks one after the other; whatever it gives does not depend on the blocks before. */
export async function createBlockJudge(
  settings: BlockJudgeSettings,
  cached?: VerdictCacheFiles,
): Promise<BlockJudge> {
  const judge = await createJudge(settings);
  const cache = cached && new VerdictCache(cached);
  return (block, source) => {
    const judging = new BlockJudging(block, settings, judge, cache);
    const keyOf = rowKeys(source, settings);
    for (const { bytes, rows } of rawRowsOfBlock(block, source, settings.columns))
      judging.add(bytes && keyOf(bytes), rows);
    return judging.finish();
  };
}

/**
 * Digests of rows together with all that decides how one is read and judged, but for the settings of the judge; each is
 * good until the next one.
 */
function rowKeys(
  { dialect, columns: header }: RowSource,
  { columns, split }: BlockJudgeSettings,
): (bytes: Buffer) => Buffer {
  const readAs = Buffer.alloc(KEY_BYTES);
  writeSha256(
    JSON.stringify([dialect, header, columns.id, columns.text, columns.label, split.seed]),
    readAs,
    0,
    KEY_BYTES,
  );
  const key = Buffer.alloc(KEY_BYTES);
  return (bytes) => {
    writeSha256(bytes, key, 0, KEY_BYTES);
    for (let at = 0; at < KEY_BYTES; at++) key[at]! ^= readAs[at]!;
    return key;
  };
}

/** Room that an entry takes besides what its row takes in the source, roughly. */
const ENTRY_MARGIN = HEAD_BYTES + 64;

class BlockJudging {
  readonly #judge: Judge;
  readonly #cache: VerdictCache | undefined;
  readonly #seed: number;
  readonly #entries: EntryWriter;
  readonly #rejected: RejectedRow[] = [];
  readonly #textKey = Buffer.alloc(KEY_BYTES);
  #remembered = 0;

  constructor(block: Block, { split }: BlockJudgeSettings, judge: Judge, cache: VerdictCache | undefined) {
    this.#judge = judge;
    this.#cache = cache;
    this.#seed = split.seed;
    const rows = block.kind === 'csv' ? block.ends.length : 1024;
    this.#entries = new EntryWriter((block.kind === 'fields' ? 0 : block.bytes.length) + rows * ENTRY_MARGIN);
  }

  /** Judges a row, or takes over what an earlier run found of it. */
  add(key: Buffer | undefined, parse: () => Row[]): void {
    const known = key && this.#cache?.findRow(key);
    if (known) {
      this.#remembered++;
      this.#entries.addKnownRow(known);
      return;
    }
    const rows = parse();
    for (const row of rows)
      if (row.kind === 'rejected') this.#rejected.push(row);
      else this.#addRecord(row, rows.length === 1 ? key : undefined);
  }

  #addRecord(read: Exclude<Row, RejectedRow>, rowKey: Buffer | undefined): void {
    const row = { ...read, label: tidyLabel(read.label) };
    const textKey = this.#textKey;
    writeSha256(row.text, textKey, 0, KEY_BYTES);
    const record = { row, textKey, rowKey, seed: this.#seed };
    const known = this.#cache?.findText(textKey);
    if (known) {
      this.#remembered++;
      this.#entries.addKnownText(record, known);
    } else this.#entries.add(record, this.#judge(row.text));
  }

  /** What the entries say, in columns. */
  finish(): JudgedBlock {
    const { starts, buffer, length } = this.#entries;
    const count = starts.length;
    const block: JudgedBlock = {
      read: count + this.#rejected.length,
      rejected: this.#rejected,
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
      entries: new Uint8Array(buffer.buffer, 0, length),
      remembered: this.#remembered,
    };
    const labels = new BlockLabels();
    // Entries are aligned, so that their words can be taken without a view for each.
    const words = new Uint32Array(buffer.buffer);
    const doubles = new Float64Array(buffer.buffer);
    for (const [at, start] of starts.entries()) {
      block.verdicts[at] = buffer[start + VERDICT_AT]!;
      block.unknown[at] = buffer[start + UNKNOWN_AT]!;
      block.fractions[at] = doubles[(start + FRACTION_AT) / 8]!;
      const label = labels.numberOf(buffer, start);
      block.label[at] = label;
      const labelDigest = labels.digests[label]!;
      const first = start / 4;
      for (let word = 0, to = at * DIGEST_WORDS; word < DIGEST_WORDS; word++, to++) {
        block.ids[to] = words[first + ID_DIGEST_AT / 4 + word]!;
        block.texts[to] = words[first + DIGEST_AT / 4 + word]!;
        block.contents[to] = words[first + TEXT_KEY_AT / 4 + word]! ^ labelDigest[word]!;
      }
      for (let word = 0, to = at * SIGNATURE_WORDS; word < SIGNATURE_WORDS; word++, to++)
        block.signatures[to] = words[first + SIGNATURE_AT / 4 + word]!;
      if (buffer[start + MENDED_AT] !== 0) countMended(block.mended, buffer[start + MENDED_AT]!);
    }
    block.labels = labels.names;
    return block;
  }
}

/** The labels of a block's entries, by number. */
class BlockLabels {
  readonly names: string[] = [];
  /** The first `DIGEST_WORDS` words of the digest of each. */
  readonly digests: Uint32Array[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(bytes: Buffer, entry: number): number {
    const { labelAt, labelEnd } = placesOf(bytes, entry);
    const name = bytes.toString('utf8', labelAt, labelEnd);
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const digest = Buffer.alloc(4 * DIGEST_WORDS);
    writeSha256(name, digest, 0, digest.length);
    this.digests.push(Uint32Array.from({ length: DIGEST_WORDS }, (_, word) => digest.readUInt32LE(4 * word)));
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

function countMended(counts: JudgedBlock['mended'], bits: number): void {
  for (const [bit, what] of MENDINGS.entries()) if (bits & (1 << bit)) counts[what] = (counts[what] ?? 0) + 1;
}
