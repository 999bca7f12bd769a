/**
 * The rows of a CSV by csv-parse, block by block, so that memory does not grow with the file. Where the library gives
 * up, or finds a record of several lines with the wrong number of fields, the lines are looked at one by one: stray
 * quotes are taken as they are, and a quote that is never closed costs its own record and none of those after it.
 */
import type { Options } from 'csv-parse/sync';
import type { InvalidInput } from '../../settings/invalid-input.ts';
import {
  LONGEST_RECORD,
  type RejectReason,
  type Row,
  rejected,
  tooLong,
  toRow,
  truncatedFile,
} from '../rows.ts';
import { type Dialect, parseRecords, parserOptions } from './dialect.ts';

/** Lines after the first of a broken record among which a row by itself is looked for. */
const LINES_TRIED = 5;
/** Characters of a record that a rejection begins with. */
const SHOWN = 1000;
const CR = 0x0d;
const LF = 0x0a;
const BACKSLASH = 0x5c;

export interface CsvLayout {
  dialect: Dialect;
  /** Fields of a record. */
  width: number;
  /** Which of them are id, text and label; -1 where there is no id. */
  places: readonly [id: number, text: number, label: number];
}

/**
 * The rows of a CSV in UTF-8 below its header, some at a time.
 * @param longest bytes that a record has at most
 * @throws {InvalidInput} where the file ends within a record
 */
export async function* readCsv(
  file: string,
  content: AsyncIterable<Buffer>,
  layout: CsvLayout,
  longest: number = LONGEST_RECORD,
): AsyncGenerator<Row[]> {
  const reader = new CsvReader(file, layout, longest);
  for await (const block of content) {
    const rows = reader.read(block);
    if (rows.length > 0) yield rows;
  }
  yield reader.read(Buffer.alloc(0), true);
}

/** How far records were taken: all; up to one whose quote is still open; or what follows is to be parsed anew. */
type Outcome = 'all' | 'open' | 'anew';

class CsvReader {
  readonly #file: string;
  readonly #layout: CsvLayout;
  readonly #longest: number;
  /** The last character between two records. */
  readonly #lineEnd: number;
  readonly #quote: number;
  /** Quotes that neither open nor close a field. */
  readonly #strayQuotes: RegExp;
  #dialect: Dialect;

  /** What was read and is not taken yet: from the beginning of a record. */
  #pending: Buffer = Buffer.alloc(0);
  /** Line with which it begins, from 1. */
  #line = 1;
  /** It is not parsed again before it has grown to this size. */
  #waitFor = 0;
  #hasHeader = false;
  /** While a record that is too long is skipped: whether a quote is open in it. */
  #passesOver: { isQuoted: boolean } | undefined;
  #rows: Row[] = [];

  constructor(file: string, layout: CsvLayout, longest: number) {
    const { delimiter, quote, lineEnd } = layout.dialect;
    this.#file = file;
    this.#layout = layout;
    this.#longest = longest;
    this.#lineEnd = lineEnd.charCodeAt(lineEnd.length - 1);
    this.#quote = quote.charCodeAt(0);
    this.#dialect = layout.dialect;
    const inner = `[^${literal(delimiter)}${literal(quote)}\\r\\n]`;
    this.#strayQuotes = new RegExp(
      quote === '' ? '(?!)' : `(?<=${inner})${literal(quote)}+(?=${inner})`,
      'g',
    );
  }

  /** @param final whether it is the last block */
  read(block: Buffer, final = false): Row[] {
    this.#pending = this.#pending.length === 0 ? block : Buffer.concat([this.#pending, block]);
    this.#read(final);
    return this.#rows.splice(0);
  }

  #read(final: boolean): void {
    for (;;) {
      if (this.#passesOver && !this.#passOver(this.#passesOver)) return;
      const whole = final ? this.#pending.length : this.#endOfLines();
      const isTooLong = () => this.#pending.length > this.#longest;
      if (!final && !isTooLong() && (whole === 0 || this.#pending.length < this.#waitFor)) return;
      this.#waitFor = 0;
      const outcome = this.#takeRecords(whole, final);
      if (outcome === 'anew') continue;
      if (!final && !isTooLong()) {
        if (outcome === 'open') this.#waitFor = 2 * this.#pending.length;
        return;
      }
      if (outcome === 'all' && final) return;
      if (outcome === 'open' && this.#recover()) continue;
      if (final) throw this.#truncatedFile('a quote that is never closed');
      this.#setAsideLong();
    }
  }

  #takeRecords(whole: number, final: boolean): Outcome {
    const { records, error } = parseRecords(this.#pending.subarray(0, whole), parserOptions(this.#dialect));
    let taken = 0;
    for (const { fields, end } of records) {
      taken += this.#dropBlankLines();
      const length = end - taken;
      const bytes = this.#pending.subarray(0, length);
      const rest = this.#pending.length - length;
      const isBroken = this.#hasHeader && !this.#isWide(fields);
      const hasLines = isBroken && bytes.subarray(0, -1).includes(this.#lineEnd);
      if (isBroken && !hasLines && final && bytes.at(-1) !== this.#lineEnd)
        throw this.#truncatedFile(`${fields.length} of ${this.#layout.width} fields`);
      if (!hasLines || !this.#recover()) {
        this.#add(fields);
        this.#drop(length);
      }
      if (hasLines && this.#pending.length !== rest) return 'anew';
      taken = end;
    }
    if (error?.code === 'CSV_QUOTE_NOT_CLOSED') return 'open';
    if (!error) this.#drop(whole - taken);
    else if (!this.#recover()) this.#setAside(this.#lineEnds()[0]!);
    return error ? 'anew' : 'all';
  }

  /** Takes or sets aside the record with which `#pending` begins, as well as it can be; false where no row is near. */
  #recover(): boolean {
    this.#dropBlankLines();
    const ends = this.#lineEnds();
    const line = (at: number) => this.#pending.subarray(ends[at - 1] ?? 0, ends[at]);
    if (this.#take(this.#escaped(line(0)) ?? this.#oneRow(line(0), { relax_quotes: true }), ends[0]!))
      return true;
    const next = ends.findIndex((_, at) => at > 0 && this.#oneRow(line(at)) !== undefined);
    for (const end of next === -1 ? ends : ends.slice(0, next))
      if (this.#take(this.#escaped(this.#pending.subarray(0, end)), end)) return true;
    if (next !== -1) this.#setAside(ends[next - 1]!);
    return next !== -1;
  }

  /** Where the last line ends that may end a record; 0 where none does. */
  #endOfLines(): number {
    const at = this.#pending.lastIndexOf(this.#dialect.lineEnd);
    return at === -1 ? 0 : at + this.#dialect.lineEnd.length;
  }

  /** Takes lines that are a row. Where they end otherwise than those before, lines may end in any way from now on. */
  #take(fields: string[] | undefined, end: number): boolean {
    if (!fields) return false;
    const { lineEnd } = this.#dialect;
    if (this.#lineEnd === LF && !this.#pending.subarray(0, end).includes(lineEnd))
      this.#dialect = { ...this.#dialect, lineEnd: '\n' };
    this.#add(fields);
    this.#drop(end);
    return true;
  }

  #lineEnds(): number[] {
    const ends: number[] = [];
    for (let at = 0; at < this.#pending.length && ends.length <= LINES_TRIED; ) {
      const end = this.#pending.indexOf(this.#lineEnd, at);
      at = end === -1 ? this.#pending.length : end + 1;
      ends.push(at);
    }
    return ends;
  }

  /** The row that these bytes are with their stray quotes escaped. */
  #escaped(bytes: Buffer): string[] | undefined {
    const { quote, escape: mark } = this.#layout.dialect;
    const text = bytes.toString('utf8').replace(this.#strayQuotes, (run) => {
      if (mark !== quote) return run.replaceAll(quote, mark + quote);
      return run.length % 2 === 0 ? run : run + quote;
    });
    return this.#oneRow(Buffer.from(text));
  }

  /** The fields of these bytes, if they are one record, and as wide as the header. */
  #oneRow(bytes: Buffer, options: Options = {}): string[] | undefined {
    const { records, error } = parseRecords(bytes, { ...parserOptions(this.#dialect), ...options });
    const fields = records.length === 1 && !error ? records[0]!.fields : undefined;
    return fields && this.#isWide(fields) ? fields : undefined;
  }

  /** Whether there are as many fields as in the header, empty ones at the end aside. */
  #isWide(fields: string[]): boolean {
    const { width } = this.#layout;
    return fields.length >= width && fields.slice(width).join('').trim() === '';
  }

  #add(fields: string[]): void {
    if (!this.#hasHeader) this.#hasHeader = true;
    else if (!this.#isWide(fields)) this.#rejectWidth(fields);
    else {
      const [id, text, label] = this.#layout.places.map((place) => fields[place] ?? '');
      this.#rows.push(toRow({ file: this.#file, line: this.#line }, id!, text!, label!));
    }
  }

  /** Sets lines aside of which csv-parse can make no row. */
  #setAside(end: number): void {
    const bytes = this.#pending.subarray(0, end);
    const { records, error } = parseRecords(bytes, { ...parserOptions(this.#dialect), relax_quotes: true });
    if (error || records.length !== 1) this.#reject('unclosed quote', bytes.toString('utf8', 0, SHOWN));
    else this.#rejectWidth(records[0]!.fields);
    this.#drop(end);
  }

  #rejectWidth(fields: string[]): void {
    const { dialect, width, places } = this.#layout;
    const start = fields[places[1]] ?? fields.join(dialect.delimiter);
    this.#reject('wrong number of fields', start, `${fields.length} in place of ${width}`);
  }

  #setAsideLong(): void {
    this.#reject('too long', this.#pending.toString('utf8', 0, SHOWN), tooLong(this.#longest));
    this.#passesOver = { isQuoted: false };
  }

  /** Passes over what is there of a record that is too long, and says whether its end was there. */
  #passOver(record: { isQuoted: boolean }): boolean {
    const hasBackslashes = this.#layout.dialect.escape === '\\';
    for (const [at, byte] of this.#pending.entries()) {
      const isEscaped = hasBackslashes && this.#pending[at - 1] === BACKSLASH;
      if (byte === this.#quote && !isEscaped) record.isQuoted = !record.isQuoted;
      if (byte !== this.#lineEnd || record.isQuoted) continue;
      this.#drop(at + 1);
      this.#passesOver = undefined;
      return true;
    }
    this.#drop(this.#pending.length);
    return false;
  }

  #reject(reason: RejectReason, start: string, detail = ''): void {
    this.#rows.push(rejected({ file: this.#file, line: this.#line }, reason, start, detail));
  }

  #drop(length: number): void {
    const bytes = this.#pending.subarray(0, length);
    for (let at = bytes.indexOf(this.#lineEnd); at !== -1; at = bytes.indexOf(this.#lineEnd, at + 1))
      this.#line++;
    this.#pending = this.#pending.subarray(length);
  }

  #dropBlankLines(): number {
    let length = 0;
    while (this.#pending[length] === CR || this.#pending[length] === LF) length++;
    if (length > 0) this.#drop(length);
    return length;
  }

  #truncatedFile(what: string): InvalidInput {
    return truncatedFile({ file: this.#file, line: this.#line }, `record that begins here (${what})`);
  }
}

/** A character within a class of a regular expression. */
const literal = (character: string) => character.replace(/[\\\]^-]/, '\\$&');
