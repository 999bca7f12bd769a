/** From a block to its rows: records, dirty ones mended, and what had to be set aside. */
import type { ColumnSettings } from '../settings/settings.ts';
import type { SourceFile } from './inspect.ts';
import { type Row, type RowPlace, rejected, toRow } from './rows.ts';
import type { Block } from './source/block.ts';
import { csvRecords } from './source/csv-records.ts';

/** What of a source has to be known to read its blocks; small enough to travel with each. */
export type RowSource = Pick<SourceFile, 'dialect' | 'columns'>;

/** A row as it lies in its block. */
export interface RawRow {
  /** Its bytes, line end included; undefined where the reader has taken its fields out already. */
  bytes: Buffer | undefined;
  /** Parses it: one row, or none where the line is blank. */
  rows(): Row[];
}

/**
 * The rows of a block, in its order. Blank lines are passed over. A CSV row whose number of fields differs from the
 * header's is set aside, unless all that it has too many are empty; numbers in JSON are taken as their digits.
 */
export function* rowsOfBlock(block: Block, source: RowSource, columns: ColumnSettings): Generator<Row> {
  for (const raw of rawRowsOfBlock(block, source, columns)) yield* raw.rows();
}

/** The rows of a block as they lie there, for whoever knows some of them by their bytes. The header is left out. */
export function* rawRowsOfBlock(block: Block, source: RowSource, columns: ColumnSettings): Generator<RawRow> {
  const { file, firstLine } = block;
  if (block.kind === 'fields') {
    for (const [at, fields] of block.rows.entries())
      yield {
        bytes: undefined,
        rows: () => [rowOfValues({ file, line: firstLine + at }, fields, () => fields.join(' '))],
      };
    return;
  }
  const bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
  const lines = new LineCounter(bytes, firstLine, source.dialect?.lineEnd ?? '\n');
  const parse = block.kind === 'csv' ? csvParser(source, columns) : jsonlParser(columns);
  let from = 0;
  let skip = block.kind === 'csv' && block.header;
  for (const to of block.kind === 'csv' ? block.ends : lineEnds(bytes)) {
    const start = from;
    from = to;
    // Blank lines may stand before the header.
    if (skip) skip = bytes.toString('latin1', start, to).trim() === '';
    else
      yield {
        bytes: bytes.subarray(start, to),
        rows: () => parse(bytes.toString('utf8', start, to), { file, line: lines.lineAt(start) }),
      };
  }
}

type Parser = (text: string, place: RowPlace) => Row[];

function csvParser({ dialect, columns: header }: RowSource, columns: ColumnSettings): Parser {
  const width = header.length;
  const [idAt, textAt, labelAt] = [columns.id, columns.text, columns.label].map((name) =>
    header.indexOf(name),
  ) as [number, number, number];
  return (text, { file, line: firstLine }) => {
    const rows: Row[] = [];
    const plain = dialect!.lineEnd === '\n' && text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
    for (const { fields, line } of csvRecords(plain, dialect!, firstLine)) {
      const place = { file, line };
      if (fields.length < width || fields.slice(width).some((field) => field.trim() !== '')) {
        const start = fields[textAt] ?? fields.join(dialect!.delimiter);
        rows.push(rejected(place, 'wrong number of fields', start, `${fields.length} in place of ${width}`));
      } else rows.push(toRow(place, fields[idAt]!, fields[textAt]!, fields[labelAt]!));
    }
    return rows;
  };
}

function jsonlParser({ id, text, label }: ColumnSettings): Parser {
  return (ended, place) => {
    const line = ended.endsWith('\n') ? ended.slice(0, -1) : ended;
    if (line.trim() === '') return [];
    const value = parseObject(line);
    if (!value) return [rejected(place, 'invalid JSON', line)];
    return [rowOfValues(place, [value[id], value[text], value[label]], () => JSON.stringify(value))];
  };
}

/** Tells on which lines places lie, asked for in rising order. */
class LineCounter {
  readonly #bytes: Buffer;
  readonly #lineEnd: string;
  #line: number;
  #at = 0;

  constructor(bytes: Buffer, firstLine: number, lineEnd: string) {
    this.#bytes = bytes;
    this.#line = firstLine;
    this.#lineEnd = lineEnd;
  }

  lineAt(place: number): number {
    const code = this.#lineEnd.charCodeAt(0);
    for (let end = this.#bytes.indexOf(code, this.#at); end !== -1 && end < place; ) {
      this.#line++;
      end = this.#bytes.indexOf(code, end + 1);
    }
    this.#at = place;
    return this.#line;
  }
}

function* lineEnds(bytes: Buffer): Generator<number> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0x0a, from);
    from = end === -1 ? bytes.length : end + 1;
    yield from;
  }
}

function rowOfValues(
  place: RowPlace,
  values: readonly [id: unknown, text: unknown, label: unknown],
  whole: () => string,
): Row {
  const [id, text, label] = values.map(asText);
  if (id === undefined || text === undefined || label === undefined)
    return rejected(place, 'text is not a string', whole());
  return toRow(place, id, text, label);
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return value === undefined || value === null ? '' : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told by the caller.
  }
  return undefined;
}
