/**
 * All records of a source until it is decided what becomes of them: the records themselves lie on disk as lines of
 * JSON, and so do the keys of their duplicates; in memory are some 30 bytes of each.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { FilteredRecords } from './filter/filter-records.ts';
import { pageLine } from './formats.ts';
import { LineFile } from './line-file.ts';
import { splitLines } from './lines.ts';
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

/** Records that there is room for; memory is taken only for those that come. */
const MOST_RECORDS = 2 ** 26;

/** The records by their numbers, in the order of the source. */
export class RecordTable {
  count = 0;
  /** The labels as they stand in the source, and for each record which of them it has. */
  readonly labels: string[] = [];
  readonly label = new Uint32Array(growing(4));
  /** Where the id lies between 0 and 1. */
  readonly fraction = new Float64Array(growing(8));
  /** Digests of ids and clean texts, two words a record. */
  readonly ids = new Uint32Array(growing(8));
  readonly texts = new Uint32Array(growing(8));
  readonly isUnknownLanguage = new Uint8Array(growing(1));
  readonly isIdMade = new Uint8Array(growing(1));
  readonly #reason = new Uint8Array(growing(1));
  /** Where each record's line begins, and the end of the last one. */
  readonly #place = new Float64Array(growing(8));
  readonly #numbers = new Map<string, number>();
  readonly #records: OpenFile;
  readonly #keys: OpenFile;
  /** Batches of keys: where each begins in the file, and how many records it has. */
  readonly #batches: { at: number; records: number }[] = [];

  private constructor(records: OpenFile, keys: OpenFile) {
    this.#records = records;
    this.#keys = keys;
  }

  /** @param folder gets two files, until `discard` */
  static async create(folder: string): Promise<RecordTable> {
    const open = (name: string) => OpenFile.create(path.join(folder, name));
    return new RecordTable(await open('records.jsonl'), await open('duplicate-keys'));
  }

  /** Adds records after those that are there. */
  async add({ records, ids, texts, bands }: FilteredRecords): Promise<void> {
    const first = this.count;
    this.count += records.length;
    const columns = [this.label, this.fraction, this.ids, this.texts, this.isUnknownLanguage, this.isIdMade];
    for (const { buffer } of [...columns, this.#reason, this.#place]) resize(buffer, this.count + 1);
    this.ids.set(ids, 2 * first);
    this.texts.set(texts, 2 * first);
    for (const [at, record] of records.entries()) {
      const number = first + at;
      this.label[number] = this.#numberOf(record.label);
      this.fraction[number] = record.fraction;
      this.isUnknownLanguage[number] = record.isUnknownLanguage ? 1 : 0;
      this.isIdMade[number] = record.isIdMade ? 1 : 0;
      this.#reason[number] = REASONS.indexOf(record.dropped);
      await this.#records.file.write(pageLine(record));
      this.#place[number + 1] = this.#records.file.bytes;
    }
    this.#batches.push({ at: this.#keys.file.bytes, records: records.length });
    await this.#keys.file.writeBytes(new Uint8Array(bands.buffer, bands.byteOffset, bands.byteLength));
  }

  /** Ends adding: from then on records and keys can be read. */
  async close(): Promise<void> {
    await this.#records.close();
    await this.#keys.close();
  }

  /** Gives the files up. */
  async discard(): Promise<void> {
    await this.#records.discard();
    await this.#keys.discard();
  }

  isKept(record: number): boolean {
    return this.#reason[record] === 0;
  }

  reasonOf(record: number): DropReason | undefined {
    return REASONS[this.#reason[record]!];
  }

  drop(record: number, reason: DropReason): void {
    this.#reason[record] = REASONS.indexOf(reason);
  }

  /** A record as it was added; of one that was dropped by then the text is a beginning. */
  pageOf(record: number): Page {
    const [from, to] = [this.#place[record]!, this.#place[record + 1]!];
    return JSON.parse(this.#records.read(from, to - from).toString('utf8')) as Page;
  }

  /** The lines of the records in order, each the JSON of its page. */
  async *lines(): AsyncGenerator<string> {
    const content = createReadStream(this.#records.path, { highWaterMark: 1 << 20 });
    for await (const { text } of splitLines(content)) yield text;
  }

  /** The keys of all records in a band (duplicates/bands.ts). */
  keysOf(band: number): Uint32Array {
    const keys = new Uint32Array(this.count);
    let record = 0;
    for (const { at, records } of this.#batches) {
      const { buffer } = this.#keys.read(at + 4 * band * records, 4 * records);
      keys.set(new Uint32Array(buffer, 0, records), record);
      record += records;
    }
    return keys;
  }

  #numberOf(label: string): number {
    if (!this.#numbers.has(label)) this.#numbers.set(label, this.labels.push(label) - 1);
    return this.#numbers.get(label)!;
  }
}

/** Memory for a value of so many bytes of each record, which typed arrays follow as it grows. */
const growing = (bytes: number) => new ArrayBuffer(bytes, { maxByteLength: bytes * MOST_RECORDS });

function resize(buffer: ArrayBuffer, records: number): void {
  buffer.resize((buffer.maxByteLength / MOST_RECORDS) * records);
}

/** A file that is written first, then read at any place. */
class OpenFile {
  readonly path: string;
  readonly file: LineFile;
  #descriptor: number | undefined;

  private constructor(path: string, file: LineFile) {
    this.path = path;
    this.file = file;
  }

  static async create(path: string): Promise<OpenFile> {
    return new OpenFile(path, await LineFile.create(path));
  }

  async close(): Promise<void> {
    await this.file.close();
    this.#descriptor = openSync(this.path, 'r');
  }

  read(place: number, length: number): Buffer {
    const bytes = Buffer.from(new ArrayBuffer(length));
    for (let at = 0; at < length; ) {
      const read = readSync(this.#descriptor!, bytes, at, length - at, place + at);
      if (read === 0) throw new Error(`${this.path} ends too early`);
      at += read;
    }
    return bytes;
  }

  async discard(): Promise<void> {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    await this.file.discard();
    await rm(this.path, { force: true });
  }
}
