/** How a CSV is written, found out from its first block. */
import { isUtf8 } from 'node:buffer';
import type { CsvSettings } from '../../settings/settings.ts';
import { csvRecords } from './csv-records.ts';

export type Encoding = NonNullable<CsvSettings['encoding']>;

export interface Dialect {
  /** Between two fields. */
  delimiter: string;
  /** Around a field; empty where the file knows no quoting. */
  quote: string;
  /** Before a quote within a quoted field: the quote itself or a backslash. */
  escape: string;
  /** A line feed (with or without a carriage return before it), or a lone carriage return. */
  lineEnd: '\n' | '\r';
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Rows below the header that are looked at. */
const ROWS = 20;

/**
 * The encoding of content by its mark, by the NULs that UTF-16 has in every other place of Western text, and by
 * whether it is UTF-8. Single broken characters among sound ones are a scrape's dirt and stay UTF-8.
 * @param block the first bytes, uncompressed
 */
export function sniffEncoding(block: Buffer): Encoding {
  if (block[0] === 0xff && block[1] === 0xfe) return 'utf-16le';
  if (block[0] === 0xfe && block[1] === 0xff) return 'utf-16be';
  const nuls = [0, 0];
  for (const [at, byte] of block.entries()) if (byte === 0) nuls[at % 2]!++;
  const half = block.length / 2;
  if (nuls[1]! > 0.7 * half && nuls[0]! < 0.1 * half) return 'utf-16le';
  if (nuls[0]! > 0.7 * half && nuls[1]! < 0.1 * half) return 'utf-16be';
  if (isUtf8(block)) return 'utf-8';
  const { sound, broken } = countBeyondAscii(block);
  return broken > sound ? 'windows-1252' : 'utf-8';
}

/** Characters beyond ASCII that are sound UTF-8, and bytes that are none. A character cut by the end counts as neither. */
function countBeyondAscii(block: Buffer): { sound: number; broken: number } {
  const text = new TextDecoder().decode(block, { stream: true });
  let sound = 0;
  let broken = 0;
  for (const character of text) {
    if (character === '\ufffd') broken++;
    else if (character > '\x7f') sound++;
  }
  return { sound, broken };
}

/**
 * Dialect and header of a CSV. What the settings name is taken as it is. Of the usual delimiters that one is taken
 * under which most of the wanted columns appear, then the one that divides most rows into as many fields as the
 * header, then the one that gives most columns.
 * @param text the first block, decoded
 * @param wanted names of columns that ought to be there
 */
export function sniffDialect(
  text: string,
  settings: CsvSettings,
  wanted: readonly string[],
): { dialect: Dialect; columns: string[] } {
  const lineEnd = !text.includes('\n') && text.includes('\r') ? '\r' : '\n';
  const plain = text.replaceAll('\r\n', '\n');
  const candidates = (settings.delimiter === null ? DELIMITERS : [settings.delimiter]).map((delimiter) => {
    const quote = settings.quote ?? sniffQuote(plain, delimiter, lineEnd);
    const mark = settings.escape ?? sniffEscape(plain, quote);
    const dialect: Dialect = { delimiter, quote, escape: mark, lineEnd };
    const { columns, even } = firstRows(plain, dialect);
    return { dialect, columns, even, hits: wanted.filter((name) => columns.includes(name)).length };
  });
  candidates.sort((a, b) => b.hits - a.hits || b.even - a.even || b.columns.length - a.columns.length);
  return candidates[0]!;
}

/** The header's names, and the share of the first rows that have as many fields; of a single column none counts. */
function firstRows(text: string, dialect: Dialect): { columns: string[]; even: number } {
  let columns: string[] | undefined;
  let rows = 0;
  let even = 0;
  for (const { fields } of csvRecords(text, dialect)) {
    if (columns === undefined) columns = fields.map((name) => name.trim());
    else {
      rows++;
      if (fields.length === columns.length) even++;
      if (rows === ROWS) break;
    }
  }
  return { columns: columns ?? [], even: columns && columns.length > 1 && rows > 0 ? even / rows : 0 };
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

/** A backslash, where some stand before quotes and no quote is doubled within a field. */
function sniffEscape(text: string, quote: string): string {
  if (quote === '') return quote;
  const backslashed = text.split(`\\${quote}`).length - 1;
  const doubled = text.match(quote === '"' ? /[^,;|\t\r\n"]""[^"]/g : /[^,;|\t\r\n']''[^']/g)?.length ?? 0;
  return backslashed > doubled ? '\\' : quote;
}
