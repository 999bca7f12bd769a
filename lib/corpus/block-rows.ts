/** From a block to its rows: records, dirty ones mended, and what had to be set aside. */
import type { ColumnSettings } from '../settings/settings.ts';
import type { SourceFile } from './inspect.ts';
import { type Row, type RowPlace, rejected, toRow } from './rows.ts';
import type { Block } from './source/block.ts';
import { csvRecords } from './source/csv-records.ts';

/** What of a source has to be known to read its blocks; small enough to travel with each. */
export type RowSource = Pick<SourceFile, 'dialect' | 'columns'>;

/**
 * The rows of a block, in its order. Blank lines are passed over. A CSV row whose number of fields differs from the
 * header's is set aside, unless all that it has too many are empty; numbers in JSON are taken as their digits.
 */
export function* rowsOfBlock(block: Block, source: RowSource, columns: ColumnSettings): Generator<Row> {
  if (block.kind === 'fields') {
    for (const [at, fields] of block.rows.entries())
      yield rowOfValues({ file: block.file, line: block.firstLine + at }, fields, () => fields.join(' '));
    return;
  }
  const text = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength).toString(
    'utf8',
  );
  if (block.kind === 'csv') yield* csvRows(block, text, source, columns);
  else yield* jsonlRows(block, text, columns);
}

function* csvRows(
  { file, firstLine, header: hasHeader }: Exclude<Block, { kind: 'fields' }>,
  text: string,
  { dialect, columns: header }: RowSource,
  columns: ColumnSettings,
): Generator<Row> {
  const width = header.length;
  const [idAt, textAt, labelAt] = [columns.id, columns.text, columns.label].map((name) =>
    header.indexOf(name),
  ) as [number, number, number];
  const plain = dialect!.lineEnd === '\n' && text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
  let skip = hasHeader;
  for (const { fields, line } of csvRecords(plain, dialect!, firstLine)) {
    if (skip) {
      skip = false;
      continue;
    }
    const place = { file, line };
    if (fields.length < width || fields.slice(width).some((field) => field.trim() !== ''))
      yield rejected(
        place,
        'wrong number of fields',
        fields[textAt] ?? fields.join(dialect!.delimiter),
        `${fields.length} in place of ${width}`,
      );
    else yield toRow(place, fields[idAt]!, fields[textAt]!, fields[labelAt]!);
  }
}

function* jsonlRows(
  { file, firstLine }: Exclude<Block, { kind: 'fields' }>,
  text: string,
  columns: ColumnSettings,
): Generator<Row> {
  const names = [columns.id, columns.text, columns.label] as const;
  let line = firstLine - 1;
  for (const one of text.split('\n')) {
    const place = { file, line: ++line };
    if (one.trim() === '') continue;
    const value = parseObject(one);
    if (value) {
      const [id, body, label] = names;
      yield rowOfValues(place, [value[id], value[body], value[label]], () => JSON.stringify(value));
    } else yield rejected(place, 'invalid JSON', one);
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
