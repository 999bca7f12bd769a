/**
 * Cuts a CSV into blocks of whole records, by its quotes alone. What cannot stand as a record is set aside here: one
 * that is longer than a page can be, and a quote that is never closed. Of the latter only the line goes on which the
 * quote was opened, and reading goes on at the next: it shows by a quote that opens another field within the first.
 */

import { InvalidInput } from '../../settings/invalid-input.ts';

import { type RejectReason, rejected } from '../rows.ts';
import { shorten } from '../shorten.ts';
import { BLOCK_BYTES, LONGEST_RECORD, type Piece } from './block.ts';
import { csvRecords } from './csv-records.ts';
import type { Dialect } from './dialect.ts';

const CR = 0x0d;
const LF = 0x0a;
/** Lines within an unclosed quote of which one must be a row by itself. */
const LINES_TRIED = 5;

/**
 * Blocks of a CSV, the header's line in the first, and what is set aside, in the order of the file.
 * @param width number of fields of a record
 * @throws {InvalidInput} where the file ends within a record
 */
export async function* cutCsv(
  file: string,
  content: AsyncIterable<Buffer>,
  dialect: Dialect,
  width: number,
  sizes = { block: BLOCK_BYTES, longest: LONGEST_RECORD },
): AsyncGenerator<Piece> {
  const cutter = new CsvCutter(file, dialect, width, sizes);
  for await (const chunk of content) yield* cutter.add(chunk);
  yield* cutter.end();
}

class CsvCutter {
  readonly #file: string;
  readonly #dialect: Dialect;
  readonly #width: number;
  readonly #sizes: { block: number; longest: number };
  readonly #quote: number;
  readonly #delimiter: number;
  readonly #lineEnd: number;

  /** What was read and is not given out: from the beginning of a record. */
  #pending: Buffer = Buffer.alloc(0);
  /** Line with which it begins. */
  #line = 1;
  /** Whether the header is still to be given out. */
  #header = true;
  /** How far it is looked through. */
  #at = 0;
  /** Where the open quote stands; undefined outside quotes. */
  #openedAt: number | undefined;
  /** No line end stands between the open quote and here. */
  #oneLineUpTo = 0;
  /** From here on nothing is quoted, up to `#at`. */
  #outsideFrom = 0;
  /** Where the record begins that `#at` is in. */
  #recordStart = 0;
  /** Where the records before it end. */
  #ends: number[] = [];
  /** The record that is too long, while its rest is passed over. */
  #skipped: { line: number; start: string } | undefined;

  constructor(file: string, dialect: Dialect, width: number, sizes: { block: number; longest: number }) {
    this.#file = file;
    this.#dialect = dialect;
    this.#width = width;
    this.#sizes = sizes;
    this.#quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0);
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#lineEnd = dialect.lineEnd.charCodeAt(0);
  }

  *add(chunk: Buffer): Generator<Piece> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    yield* this.#work(false);
  }

  *end(): Generator<Piece> {
    yield* this.#work(true);
    while (this.#openedAt !== undefined && !this.#skipped) {
      if (!this.#swallowsRows()) throw this.#cutShort('a quote that is never closed');
      yield* this.#setAsideLine();
      yield* this.#work(true);
    }
    if (this.#skipped) {
      yield this.#reject('too long', this.#skipped.line, this.#skipped.start, this.#longest());
      return;
    }
    const rest = this.#pending.subarray(this.#recordStart);
    if (rest.length > 0) {
      const [last] = csvRecords(this.#decode(rest), this.#dialect);
      if (last && last.fields.length < this.#width)
        throw this.#cutShort(`${last.fields.length} of ${this.#width} fields`);
      this.#recordStart = this.#pending.length;
      this.#ends.push(this.#recordStart);
    }
    yield* this.#giveOut(1);
  }

  /** Looks through what is there and gives out what is whole. */
  *#work(final: boolean): Generator<Piece> {
    for (;;) {
      if (!this.#scan(final)) yield* this.#setAsideLine();
      else if (this.#skipped) {
        if (this.#recordStart === 0) return this.#forget();
        yield this.#reject('too long', this.#skipped.line, this.#skipped.start, this.#longest());
        this.#skipped = undefined;
        this.#drop(this.#recordStart);
      } else if (this.#pending.length - this.#recordStart <= this.#sizes.longest) {
        yield* this.#giveOut(this.#sizes.block);
        return;
      } else if (this.#openedAt !== undefined && this.#swallowsRows()) yield* this.#setAsideLine();
      else {
        yield* this.#giveOut(1);
        this.#skipped = { line: this.#line, start: this.#beginning() };
      }
    }
  }

  /**
   * Goes through the quotes up to the end of what is there, or of a record that is passed over; false where a quote
   * was never closed. Looks at each byte once.
   */
  #scan(final: boolean): boolean {
    const pending = this.#pending;
    for (;;) {
      const at = this.#quote === -1 ? -1 : pending.indexOf(this.#quote, this.#at);
      if (this.#openedAt === undefined) {
        const to = at === -1 ? pending.length : at;
        const outside = pending.subarray(this.#outsideFrom, to);
        for (let end = outside.indexOf(this.#lineEnd); end !== -1; ) {
          this.#recordStart = this.#outsideFrom + end + 1;
          if (this.#skipped) {
            this.#at = this.#outsideFrom = this.#recordStart;
            return true;
          }
          this.#ends.push(this.#recordStart);
          end = outside.indexOf(this.#lineEnd, end + 1);
        }
        this.#at = this.#outsideFrom = at === -1 ? to : at + 1;
        if (at === -1) return true;
        if (at === this.#recordStart || pending[at - 1] === this.#delimiter) this.#open(at);
        continue;
      }
      // Two more bytes tell what a quote is: `""`, `",`, `"\n` or `"\r\n`.
      if (at === -1 || (!final && at + 2 >= pending.length)) {
        this.#at = at === -1 ? pending.length : at;
        return true;
      }
      if (this.#dialect.escape !== this.#dialect.quote && this.#isEscaped(at)) this.#at = at + 1;
      else if (this.#dialect.escape === this.#dialect.quote && pending[at + 1] === this.#quote)
        this.#at = at + 2;
      else if (this.#closes(at)) {
        this.#openedAt = undefined;
        this.#outsideFrom = this.#at = at + 1;
      } else if (!this.#skipped && this.#opensWithin(at)) return false;
      else this.#at = at + 1;
    }
  }

  #open(at: number): void {
    this.#openedAt = at;
    this.#oneLineUpTo = at;
  }

  #closes(at: number): boolean {
    const next = this.#pending[at + 1];
    if (next === undefined || next === this.#delimiter || next === this.#lineEnd) return true;
    return this.#lineEnd === LF && next === CR && this.#pending[at + 2] === LF;
  }

  /** Whether a quote begins a field on a later line than the one that is open. */
  #opensWithin(at: number): boolean {
    const before = this.#pending[at - 1];
    if (before !== this.#delimiter && before !== this.#lineEnd) return false;
    const crossed = this.#pending.subarray(this.#oneLineUpTo, at).includes(this.#lineEnd);
    if (!crossed) this.#oneLineUpTo = at;
    return crossed;
  }

  #isEscaped(at: number): boolean {
    const mark = this.#dialect.escape.charCodeAt(0);
    let before = at;
    while (before > this.#openedAt! + 1 && this.#pending[before - 1] === mark) before--;
    return (at - before) % 2 === 1;
  }

  /** Whether one of the next lines after an open quote is a row by itself. */
  #swallowsRows(): boolean {
    let from = this.#pending.indexOf(this.#lineEnd, this.#openedAt) + 1;
    for (let tried = 0; from > 0 && tried < LINES_TRIED; tried++) {
      const end = this.#pending.indexOf(this.#lineEnd, from);
      if (end === -1) return false;
      const [record] = csvRecords(this.#decode(this.#pending.subarray(from, end)), this.#dialect);
      if (record?.fields.length === this.#width) return true;
      from = end + 1;
    }
    return false;
  }

  /** Sets the record with the open quote aside, up to the end of the line of that quote, and goes on after it. */
  *#setAsideLine(): Generator<Piece> {
    const openedAt = this.#openedAt! - this.#recordStart;
    yield* this.#giveOut(1);
    const end = this.#pending.indexOf(this.#lineEnd, openedAt) + 1;
    yield this.#reject('unclosed quote', this.#line, this.#beginning(end));
    this.#drop(end);
    this.#openedAt = undefined;
    this.#at = this.#outsideFrom = this.#recordStart = 0;
  }

  /** Gives up what is there of a record that is too long, but for the bytes that tell what a quote is. */
  #forget(): void {
    this.#drop(Math.max(0, this.#at - 2));
  }

  /** Gives out the whole records, if they are of some size. */
  *#giveOut(least: number): Generator<Piece> {
    if (this.#skipped || this.#recordStart < least) return;
    const bytes = new Uint8Array(this.#pending.subarray(0, this.#recordStart));
    const ends = Uint32Array.from(this.#ends);
    yield { kind: 'csv', file: this.#file, bytes, ends, firstLine: this.#line, header: this.#header };
    this.#header = false;
    this.#ends = [];
    this.#drop(this.#recordStart);
  }

  #drop(length: number): void {
    for (
      let at = this.#pending.indexOf(this.#lineEnd);
      at !== -1 && at < length;
      at = this.#pending.indexOf(this.#lineEnd, at + 1)
    )
      this.#line++;
    this.#pending = this.#pending.subarray(length);
    this.#at = Math.max(0, this.#at - length);
    this.#outsideFrom = Math.max(0, this.#outsideFrom - length);
    this.#recordStart = Math.max(0, this.#recordStart - length);
    this.#oneLineUpTo -= length;
    if (this.#openedAt !== undefined) this.#openedAt -= length;
  }

  #reject(reason: RejectReason, line: number, start: string, detail = ''): Piece {
    return rejected({ file: this.#file, line }, reason, start, detail);
  }

  #beginning(end = this.#pending.length): string {
    return shorten(
      this.#decode(this.#pending.subarray(this.#recordStart, Math.min(end, this.#recordStart + 1000))),
      300,
    );
  }

  #longest(): string {
    return `more than ${this.#sizes.longest / 1024 ** 2} MiB`;
  }

  #decode(bytes: Buffer): string {
    return bytes.toString('utf8').replaceAll('\r\n', '\n');
  }

  #cutShort(what: string): InvalidInput {
    let line = this.#line;
    for (const byte of this.#pending.subarray(0, this.#recordStart)) if (byte === this.#lineEnd) line++;
    return cutShort(this.#file, line, what);
  }
}

const cutShort = (file: string, line: number, what: string) =>
  new InvalidInput(
    `${file}:${line}`,
    `the file ends within the record that begins here (${what}): it was cut in the middle`,
    'Fetch the whole file again, or close or remove this last record.',
  );
