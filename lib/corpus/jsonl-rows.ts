import type { Readable } from 'node:stream';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ColumnSettings } from '../settings/settings.ts';
import type { SourceFile } from './inspect.ts';
import { splitLines } from './lines.ts';
import { type Row, type RowPlace, rejected, toRow } from './rows.ts';

/**
 * Rows of a file with one JSON object a line. Blank lines are passed over; numbers are taken as their digits.
 * @throws {InvalidInput} where the last line is no whole object: the file was cut in the middle
 */
export async function* readJsonlRows(
  { file }: SourceFile,
  columns: ColumnSettings,
  content: Readable,
): AsyncGenerator<Row> {
  let line = 0;
  for await (const { text, ended } of splitLines(content)) {
    const place = { file, line: ++line };
    if (text.trim() === '') continue;
    const value = parseObject(text);
    if (value) yield rowOf(place, columns, value);
    else if (ended) yield rejected(place, 'invalid JSON', text);
    else
      throw new InvalidInput(
        `${file}:${line}`,
        'the file ends within the object that begins here: it was cut in the middle',
        'Fetch the whole file again, or remove this last line.',
      );
  }
}

function rowOf(place: RowPlace, columns: ColumnSettings, value: Record<string, unknown>): Row {
  const fields = [columns.id, columns.text, columns.label].map((name) => asText(value[name]));
  const [id, text, label] = fields;
  if (id === undefined || text === undefined || label === undefined)
    return rejected(place, 'text is not a string', JSON.stringify(value));
  return toRow(place, id, text, label);
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === undefined || value === null ? '' : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Whether this is a rejected row or the end of a cut file is the caller's to say.
  }
  return undefined;
}
