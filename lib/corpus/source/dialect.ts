/** How a CSV is written: what the settings leave open is told by the file. */
import { type CsvError, type Options, parse } from 'csv-parse/sync';
import type { CsvSettings } from '../../settings/settings.ts';

export interface Dialect {
  /** Between two fields. */
  delimiter: string;
  /** Around a field; empty where the file knows no quoting. */
  quote: string;
  /** Before a quote within a quoted field: the quote itself or a backslash. */
  escape: string;
  /** A line feed (with carriage returns before it or without), or a lone carriage return. */
  lineEnd: '\n' | '\r';
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Rows below the header that are looked at. */
const ROWS = 20;

/** The options of csv-parse for a dialect; a row may have any number of fields. */
export const parserOptions = ({ delimiter, quote, escape: mark, lineEnd }: Dialect): Options => ({
  delimiter,
  quote: quote === '' ? null : quote,
  escape: quote === '' ? null : mark,
  // Python on Windows doubles the carriage return of a file that is opened without newline=''.
  record_delimiter: lineEnd === '\n' ? ['\r\r\n', '\r\n', '\n'] : ['\r'],
  relax_column_count: true,
  skip_empty_lines: true,
});

/** A record of csv-parse, and where it ends in the bytes. */
export interface ParsedRecord {
  fields: string[];
  end: number;
}

/** The records of whole text up to its end or to what csv-parse cannot take. */
export function parseRecords(
  bytes: Buffer,
  options: Options,
): { records: ParsedRecord[]; error: CsvError | undefined } {
  const records: ParsedRecord[] = [];
  const onRecord = (fields: string[], { bytes: end }: { bytes: number }) => {
    records.push({ fields, end });
    return null;
  };
  try {
    parse(bytes, { ...options, on_record: onRecord } as Options);
    return { records, error: undefined };
  } catch (error) {
    // Another realm's, or a failure that is none of the text's, would not have a code of theirs.
    if (!/^CSV_|^INVALID_OPENING_QUOTE$/.test(String((error as CsvError).code))) throw error;
    return { records, error: error as CsvError };
  }
}

/**
 * Dialect and header of a CSV. What the settings name is taken as it is. Of the usual delimiters and line ends those are
 * taken under which most of the wanted columns appear, then those that divide most rows into as many fields as the
 * header, then those that give most columns.
 * @param block the beginning of the file in UTF-8, the whole header at least
 * @param escapes by what quotes within fields are marked, over the whole file
 * @param wanted names of columns that ought to be there
 */
export function sniffDialect(
  block: Buffer,
  escapes: EscapeEvidence,
  settings: CsvSettings,
  wanted: readonly string[],
): { dialect: Dialect; columns: string[] } {
  const text = block.toString('utf8');
  const lineEnds = /\r(?!\r?\n)/.test(text) ? (['\n', '\r'] as const) : (['\n'] as const);
  const delimiters = settings.delimiter === null ? DELIMITERS : [settings.delimiter];
  const candidates = lineEnds.flatMap((lineEnd) =>
    delimiters.map((delimiter) => {
      const quote = settings.quote ?? sniffQuote(text, delimiter, lineEnd);
      const mark = settings.escape ?? (quote === '"' && escapes.isBackslash() ? '\\' : quote);
      const dialect: Dialect = { delimiter, quote, escape: mark, lineEnd };
      const { columns, even } = firstRows(block, dialect);
      return { dialect, columns, even, hits: wanted.filter((name) => columns.includes(name)).length };
    }),
  );
  candidates.sort((a, b) => b.hits - a.hits || b.even - a.even || b.columns.length - a.columns.length);
  return candidates[0]!;
}

/** The header's names, and the share of the first rows that have as many fields; of a single column none counts. */
function firstRows(block: Buffer, dialect: Dialect): { columns: string[]; even: number } {
  const { records } = parseRecords(block, { ...parserOptions(dialect), relax_quotes: true, to: ROWS + 1 });
  const [header = [], ...rows] = records.map(({ fields }) => fields);
  const columns = header.map((name) => name.trim());
  const even = rows.filter((fields) => fields.length === columns.length).length;
  return { columns, even: columns.length > 1 && rows.length > 0 ? even / rows.length : 0 };
}

/** Apostrophes, where a whole header or row is in them and no field begins with a quotation mark. */
function sniffQuote(text: string, delimiter: string, lineEnd: string): string {
  const fields = text
    .split(lineEnd, ROWS)
    .flatMap((line) => line.split(delimiter))
    .filter((field) => field !== '');
  if (fields.some((field) => field.startsWith('"'))) return '"';
  const quoted = fields.filter((field) => /^'.*'$/.test(field)).length;
  return quoted > fields.length / 2 ? "'" : '"';
}

/** Counts over a whole file what is before quotes within fields: a backslash, or another quote. */
export class EscapeEvidence {
  #backslashes = 0;
  #quotes = 0;

  /** @param block text in which ASCII stands for itself */
  add(block: Buffer): void {
    if (!block.includes('\\"')) return;
    const text = block.toString('latin1');
    // A backslash before a quote that ends its field is the field's own: "D:\offers\".
    this.#backslashes += text.match(/\\"(?![",;\t|\r\n]|$)/g)?.length ?? 0;
    this.#quotes += text.match(/[^",;\t|\r\n\\]""(?!")/g)?.length ?? 0;
  }

  isBackslash(): boolean {
    return this.#backslashes > this.#quotes;
  }
}
