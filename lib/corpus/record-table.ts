/**
 * All records of a source until it is decided what becomes of them: the records themselves lie on disk as JSON, and the
 * keys of near duplicates in a file for each band; in memory are some 45 bytes of each.
 */
import { readSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { increase } from '../arithmetic/counts.ts';
import { pageLine } from './formats.ts';
import type { Page } from './page.ts';

/** What becomes of a record: it is kept, or dropped for one of these reasons. */
export const REASONS = [
  undefined,
  'other language',
  'empty after cleaning',
  'repeated id',
  'duplicate text',
  'near-duplicate text',
  'class not chosen',
] as const;

/** Why a record that could be read is in neither file. */
export type DropReason = NonNullable<(typeof REASONS)[number]>;

/** A record as it comes to the table. */
export type FilteredRecord = Page & {
  dropped?: DropReason;
  /** Whether the language could not be detected, which is no reason to drop it. */
  isUnknownLanguage?: boolean;
  /** Whether the source has no id of it. */
  isIdMade: boolean;
  /** Where the id lies between 0 and 1, for the split. */
  fraction: number;
};

/** Some records, and by what they are compared with all others. */
export interface FilteredRecords {
  records: FilteredRecord[];
  /** Digests of the ids, and of the clean texts. */
  ids: BigUint64Array;
  texts: BigUint64Array;
  /** The records' keys in the first band, then those in the second, and so on. */
  keys: Uint32Array<ArrayBuffer>;
}

/** Records that there is room for (`groupsOfEqualKeys`); memory is taken only for those that come. */
const MOST_RECORDS = 2 ** 24;

/** The records by their numbers, in the order of the source. */
export class RecordTable {
  count = 0;
  /** The labels that there are, and for each record which of them it has. */
  readonly labels: string[] = [];
  readonly label = new Uint32Array(growing(4));
  readonly fraction = new Float64Array(growing(8));
  readonly ids = new BigUint64Array(growing(8));
  readonly texts = new BigUint64Array(growing(8));
  readonly isUnknownLanguage = new Uint8Array(growing(1));
  readonly isIdMade = new Uint8Array(growing(1));
  readonly #reason = new Uint8Array(growing(1));
  /** Where each record begins on disk, and the end of the last one. */
  readonly #place = new Float64Array(growing(8));
  readonly #numbers = new Map<string, number>();
  readonly #pages: FileHandle;
  readonly #keys: FileHandle[];

  private constructor([pages, ...keys]: FileHandle[]) {
    this.#pages = pages!;
    this.#keys = keys;
  }

  /** @param folder for what lies on disk until `close`; its files have no names, so that a killed process leaves none */
  static async create(folder: string, bands: number): Promise<RecordTable> {
    const files: FileHandle[] = [];
    for (let at = 0; at <= bands; at++) {
      const file = path.join(folder, `records-${at}`);
      files.push(await open(file, 'w+'));
      await rm(file);
    }
    return new RecordTable(files);
  }

  async add({ records, ids, texts, keys }: FilteredRecords): Promise<void> {
    const first = this.count;
    this.count += records.length;
    const flags = [this.isUnknownLanguage, this.isIdMade, this.#reason];
    const columns = [...flags, this.label, this.fraction, this.ids, this.texts, this.#place];
    for (const { buffer } of columns) buffer.resize((buffer.maxByteLength / MOST_RECORDS) * (this.count + 1));
    this.ids.set(ids, first);
    this.texts.set(texts, first);
    const lines: string[] = [];
    for (const [at, record] of records.entries()) {
      const number = first + at;
      this.label[number] = this.#numberOf(record.label);
      this.fraction[number] = record.fraction;
      this.isUnknownLanguage[number] = record.isUnknownLanguage ? 1 : 0;
      this.isIdMade[number] = record.isIdMade ? 1 : 0;
      this.#reason[number] = REASONS.indexOf(record.dropped);
      const line = pageLine(record);
      this.#place[number + 1] = this.#place[number]! + Buffer.byteLength(line);
      lines.push(line);
    }
    await this.#pages.appendFile(lines.join(''));
    for (const [band, file] of this.#keys.entries())
      await file.appendFile(new Uint8Array(keys.buffer, 4 * band * records.length, 4 * records.length));
  }

  async close(): Promise<void> {
    for (const file of [this.#pages, ...this.#keys]) await file.close();
  }

  isKept(record: number): boolean {
    return this.#reason[record] === 0;
  }

  *kept(): Generator<number> {
    for (let record = 0; record < this.count; record++) if (this.isKept(record)) yield record;
  }

  reasonOf(record: number): DropReason | undefined {
    return REASONS[this.#reason[record]!];
  }

  drop(record: number, reason: DropReason): void {
    this.#reason[record] = REASONS.indexOf(reason);
  }

  labelOf(record: number): string {
    return this.labels[this.label[record]!]!;
  }

  countLabels(isCounted: (record: number) => boolean): Map<string, number> {
    const counts = new Map<string, number>();
    for (let record = 0; record < this.count; record++)
      if (isCounted(record)) increase(counts, this.labelOf(record));
    return counts;
  }

  /** A record as it was added; of one that was dropped by then the text is a beginning. */
  pageOf(record: number): Page {
    const [from, to] = [this.#place[record]!, this.#place[record + 1]!];
    const bytes = Buffer.alloc(to - from);
    readSync(this.#pages.fd, bytes, 0, bytes.length, from);
    return JSON.parse(bytes.toString('utf8')) as Page;
  }

  keysOf(band: number): (record: number) => number {
    const keys = new Uint32Array(this.count);
    readSync(this.#keys[band]!.fd, keys, 0, keys.byteLength, 0);
    return (record) => keys[record]!;
  }

  #numberOf(label: string): number {
    if (!this.#numbers.has(label)) this.#numbers.set(label, this.labels.push(label) - 1);
    return this.#numbers.get(label)!;
  }
}

/** Memory for a value of so many bytes of each record, which typed arrays follow as it grows. */
const growing = (bytes: number) => new ArrayBuffer(bytes, { maxByteLength: bytes * MOST_RECORDS });
