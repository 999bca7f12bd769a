/** How a CSV is written: what the settings leave open is detected. */
import { type CsvError, type Options, parse } from 'csv-parse/sync';
import type { CsvSettings } from '../../settings/settings.ts';

export interface Dialect {
  delimiter: string;
  /** Around a field; empty where the file knows no quoting. */
  quote: string;
  /** Before a quote within a quoted field: the quote itself or a backslash. */
  escape: string;
  lineEnd: (typeof LINE_ENDS)[number];
}

/** Longest first, since they hold each other. Python on Windows writes the first, to files without newline=''. */
const LINE_ENDS = ['\r\r\n', '\r\n', '\n', '\r'] as const;
const QUOTES = ['"', "'"];
const DELIMITERS = [',', ';', '\t', '|'];
const ROWS = 20;

/** The options of csv-parse for a dialect; a row may have any number of fields. */
export const parserOptions = ({ delimiter, quote, escape: mark, lineEnd }: Dialect): Options => ({
  delimiter,
  quote: quote === '' ? null : quote,
  escape: quote === '' ? null : mark,
  // Lines that end in any way are taken where line feeds alone do; elsewhere these may stand within fields.
  record_delimiter: lineEnd === '\n' ? ['\r\r\n', '\r\n', '\n'] : [lineEnd],
  relax_column_count: true,
  skip_empty_lines: true,
});

/** The records of whole text, and where each ends in the bytes, up to what csv-parse cannot take. */
export function parseRecords(bytes: Buffer, options: Options) {
  const records: { fields: string[]; end: number }[] = [];
  let error: CsvError | undefined;
  const onRecord = (fields: string[], { bytes: end }: { bytes: number }) => {
    records.push({ fields, end });
    return null;
  };
  try {
    parse(bytes, { ...options, on_record: onRecord } as Options);
  } catch (cause) {
    // Another realm's, or a failure that is none of the text's, would not have a code of theirs.
    if (!/^CSV_|^INVALID_OPENING_QUOTE$/.test(String((cause as CsvError).code))) throw cause;
    error = cause as CsvError;
  }
  return { records, error };
}

/**
 * Dialect and header of a CSV, as far as the settings leave them open: those under which most of the wanted columns appear,
 * then those that divide most rows into as many fields as the header, then those that give most columns.
 * @param block the beginning of the file in UTF-8, the whole header at least
 */
export function sniffDialect(
  block: Buffer,
  escapes: EscapeEvidence,
  settings: CsvSettings,
  wanted: readonly string[],
): { dialect: Dialect; columns: string[] } {
  const quotes = settings.quote === null ? QUOTES : [settings.quote];
  const lineEnds = LINE_ENDS.filter((lineEnd) => lineEnd === '\n' || block.includes(lineEnd));
  const delimiters = settings.delimiter === null ? DELIMITERS : [settings.delimiter];
  const dialects = quotes.flatMap((quote) =>
    lineEnds.flatMap((lineEnd) =>
      delimiters.map((delimiter): Dialect => {
        const mark = settings.escape ?? (quote === '"' && escapes.isBackslash() ? '\\' : quote);
        return { delimiter, quote, escape: mark, lineEnd };
      }),
    ),
  );
  const hits = (columns: readonly string[]) => wanted.filter((name) => columns.includes(name)).length;
  return dialects
    .map((dialect) => ({ dialect, ...firstRows(block, dialect) }))
    .sort(
      (a, b) => hits(b.columns) - hits(a.columns) || b.even - a.even || b.columns.length - a.columns.length,
    )[0]!;
}

/** The header's names, and the share of the first rows that have as many fields; of a single column none counts. */
function firstRows(block: Buffer, dialect: Dialect): { columns: string[]; even: number } {
  const { records } = parseRecords(block, { ...parserOptions(dialect), relax_quotes: true, to: ROWS + 1 });
  const [header = [], ...rows] = records.map(({ fields }) => fields);
  const columns = header.map((name) => name.trim());
  const even = rows.filter((fields) => fields.length === columns.length).length;
  return { columns, even: columns.length > 1 && rows.length > 0 ? even / rows.length : 0 };
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
