/**
 * All records of a source until it is decided what becomes of them: the records themselves lie on disk as lines of
 * JSON, and so do their keys of duplicates; in memory are some 30 bytes of each.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { FilteredRecord, FilteredRecords } from './filter/filter-records.ts';
import { LineFile } from './line-file.ts';
import { splitLines } from './lines.ts';

/** What is known of a record beside its text. */
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

/** The number of a reason in the column. */
export const numberOf = (reason: DropReason): number => REASONS.indexOf(reason);
/** That of a record that is kept. */
export const KEPT = 0;

/** The columns of the table by the number of a record, in the order of the source. */
export interface RecordColumns {
  count: number;
  /** The labels as they stand in the source. */
  labels: string[];
  /** For each record which of them it has. */
  label: Uint32Array;
  /** Index into `REASONS`. */
  reason: Uint8Array;
  isUnknownLanguage: Uint8Array;
  isIdMade: Uint8Array;
  /** Where the id lies between 0 and 1. */
  fraction: Float64Array;
  /** Two words a record. */
  ids: Uint32Array;
  texts: Uint32Array;
  /** The keys of all records in a band. */
  keysOf(band: number): Uint32Array;
  textOf(record: number): string;
}

type Column = 'label' | 'reason' | 'isUnknownLanguage' | 'isIdMade' | 'fraction' | 'ids' | 'texts' | 'bytes';

export class RecordTable {
  readonly #recordsPath: string;
  readonly #keysPath: string;
  readonly #records: LineFile;
  readonly #keys: LineFile;
  /** Batches of keys: where each begins in the file, and how many records it has. */
  readonly #batches: { at: number; records: number }[] = [];
  readonly #labels = new Map<string, number>();
  readonly #columns = new Map<Column, ArrayLike<number>[]>();
  #count = 0;
  #opened: number[] = [];

  private constructor(recordsPath: string, keysPath: string, records: LineFile, keys: LineFile) {
    this.#recordsPath = recordsPath;
    this.#keysPath = keysPath;
    this.#records = records;
    this.#keys = keys;
  }

  /** @param folder gets two files, until `discard` */
  static async create(folder: string): Promise<RecordTable> {
    const [records, keys] = [path.join(folder, 'records.jsonl'), path.join(folder, 'duplicate-keys')];
    return new RecordTable(records, keys, await LineFile.create(records), await LineFile.create(keys));
  }

  /** Adds records after those that are there. */
  async add({ records, ids, texts, bands }: FilteredRecords): Promise<void> {
    const lines = records.map(({ id, text, label }) =>
      Buffer.from(`${JSON.stringify({ id, text, label })}\n`),
    );
    this.#push(
      'label',
      Uint32Array.from(records, ({ label }) => this.#numberOfLabel(label)),
    );
    this.#push(
      'reason',
      Uint8Array.from(records, ({ dropped }) => (dropped ? numberOf(dropped) : KEPT)),
    );
    this.#push(
      'isUnknownLanguage',
      Uint8Array.from(records, (record) => (record.isUnknownLanguage ? 1 : 0)),
    );
    this.#push(
      'isIdMade',
      Uint8Array.from(records, ({ isIdMade }) => (isIdMade ? 1 : 0)),
    );
    this.#push(
      'fraction',
      Float64Array.from(records, ({ fraction }) => fraction),
    );
    this.#push(
      'bytes',
      Uint32Array.from(lines, ({ length }) => length),
    );
    this.#push('ids', ids);
    this.#push('texts', texts);
    this.#batches.push({ at: this.#keys.bytes, records: records.length });
    this.#count += records.length;
    await this.#keys.writeBytes(new Uint8Array(bands.buffer, bands.byteOffset, bands.byteLength));
    await this.#records.writeBytes(...lines);
  }

  /** Ends adding. */
  async columns(): Promise<RecordColumns> {
    await this.#records.close();
    await this.#keys.close();
    const [records, keys] = [openSync(this.#recordsPath, 'r'), openSync(this.#keysPath, 'r')];
    this.#opened = [records, keys];
    const begins = new Float64Array(this.#count + 1);
    let record = 0;
    for (const lengths of this.#columns.get('bytes') ?? [])
      for (const length of Array.from(lengths)) begins[record + 1] = begins[record++]! + length;
    const column = <A extends Uint8Array | Uint32Array | Float64Array>(name: Column, into: A): A => {
      let at = 0;
      for (const part of this.#columns.get(name) ?? []) {
        into.set(part, at);
        at += part.length;
      }
      this.#columns.delete(name);
      return into;
    };
    const count = this.#count;
    return {
      count,
      labels: [...this.#labels.keys()],
      label: column('label', new Uint32Array(count)),
      reason: column('reason', new Uint8Array(count)),
      isUnknownLanguage: column('isUnknownLanguage', new Uint8Array(count)),
      isIdMade: column('isIdMade', new Uint8Array(count)),
      fraction: column('fraction', new Float64Array(count)),
      ids: column('ids', new Uint32Array(2 * count)),
      texts: column('texts', new Uint32Array(2 * count)),
      keysOf: (band) => this.#keysOf(keys, band),
      textOf: (record) => {
        const line = readAt(records, begins[record]!, begins[record + 1]! - begins[record]!);
        return (JSON.parse(line.toString('utf8')) as FilteredRecord).text;
      },
    };
  }

  /** The lines of the records in order, each the JSON of `{id, text, label}`. */
  async *lines(): AsyncGenerator<string> {
    for await (const { text } of splitLines(createReadStream(this.#recordsPath, { highWaterMark: 1 << 20 })))
      yield text;
  }

  /** Gives the files up. */
  async discard(): Promise<void> {
    for (const descriptor of this.#opened.splice(0)) closeSync(descriptor);
    for (const file of [this.#records, this.#keys]) await file.discard();
    for (const file of [this.#recordsPath, this.#keysPath]) await rm(file, { force: true });
  }

  #push(name: Column, values: ArrayLike<number>): void {
    if (!this.#columns.has(name)) this.#columns.set(name, []);
    this.#columns.get(name)!.push(values);
  }

  #numberOfLabel(label: string): number {
    const known = this.#labels.get(label);
    if (known !== undefined) return known;
    this.#labels.set(label, this.#labels.size);
    return this.#labels.size - 1;
  }

  #keysOf(descriptor: number, band: number): Uint32Array {
    const keys = new Uint32Array(this.#count);
    let record = 0;
    for (const { at, records } of this.#batches) {
      const bytes = readAt(descriptor, at + 4 * band * records, 4 * records);
      keys.set(new Uint32Array(bytes.buffer, bytes.byteOffset, records), record);
      record += records;
    }
    return keys;
  }
}

function readAt(descriptor: number, place: number, length: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let at = 0; at < length; ) {
    const read = readSync(descriptor, bytes, at, length - at, place + at);
    if (read === 0) throw new Error('the file of records ends too early');
    at += read;
  }
  return bytes;
}
