/**
 * The fields of CSV text. Own code, and not a library's, for three things that go together: a file is cut into blocks
 * of whole records that threads parse on their own (csv-blocks.ts), a quote that is never closed costs its own line
 * and not the rows after it, and a record of any length costs no memory. A test compares it with csv-parse.
 *
 * A quote opens a field only as its first character, and closes it only before a delimiter or the end of the line;
 * any other is taken as it is, since scraped text has them.
 */
import type { Dialect } from './dialect.ts';

export interface CsvRecord {
  fields: string[];
  /** Line on which the record begins. */
  line: number;
}

/**
 * Records of whole text, empty lines passed over.
 * @param text with `\r\n` turned into `\n`
 * @param firstLine number of the line with which the text begins
 */
export function* csvRecords(text: string, dialect: Dialect, firstLine = 1): Generator<CsvRecord> {
  const { delimiter, lineEnd, quote } = dialect;
  let at = 0;
  let line = firstLine;
  let nextDelimiter = -1;
  let nextLineEnd = -1;
  while (at < text.length) {
    const record: CsvRecord = { fields: [], line };
    for (;;) {
      if (quote !== '' && text.startsWith(quote, at)) {
        const { value, end, raw } = quotedField(text, at, dialect);
        record.fields.push(value);
        if (raw) line += countOf(lineEnd, text, at, end);
        at = end;
      } else {
        if (nextDelimiter < at) nextDelimiter = indexOrEnd(text, delimiter, at);
        if (nextLineEnd < at) nextLineEnd = indexOrEnd(text, lineEnd, at);
        const end = Math.min(nextDelimiter, nextLineEnd);
        record.fields.push(text.slice(at, end));
        at = end;
      }
      if (at >= text.length || text[at] === lineEnd) break;
      at++;
    }
    at++;
    line++;
    if (record.fields.length > 1 || record.fields[0] !== '') yield record;
  }
}

/** A field in quotes from `start`; `raw` says whether line ends stand in it. */
function quotedField(text: string, start: number, { delimiter, lineEnd, quote, escape: mark }: Dialect) {
  let value = '';
  let from = start + 1;
  let search = from;
  for (;;) {
    const at = text.indexOf(quote, search);
    if (at === -1) return { value: value + text.slice(from), end: text.length, raw: true };
    const next = text[at + 1];
    if (mark !== quote && isEscaped(text, at, from, mark)) {
      value += unescaped(text.slice(from, at - 1), mark) + quote;
      from = search = at + 1;
    } else if (mark === quote && next === quote) {
      value += text.slice(from, at + 1);
      from = search = at + 2;
    } else if (next === undefined || next === delimiter || next === lineEnd) {
      const rest = text.slice(from, at);
      return {
        value: value + (mark === quote ? rest : unescaped(rest, mark)),
        end: at + 1,
        raw: text.slice(start, at).includes(lineEnd),
      };
    } else search = at + 1;
  }
}

/** Whether an odd number of escapes stands before a place. */
function isEscaped(text: string, at: number, from: number, mark: string): boolean {
  let before = at;
  while (before > from && text[before - 1] === mark) before--;
  return (at - before) % 2 === 1;
}

const unescaped = (text: string, mark: string) =>
  text.includes(mark) ? text.replaceAll(mark + mark, mark) : text;

function indexOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at === -1 ? text.length : at;
}

function countOf(character: string, text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf(character, from); at !== -1 && at < to; at = text.indexOf(character, at + 1))
    count++;
  return count;
}
