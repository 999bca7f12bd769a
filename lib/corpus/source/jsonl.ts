/** The rows of a file with one JSON object a line. */
import { isObject } from '../../settings/fits.ts';
import type { ColumnSettings } from '../../settings/settings.ts';
import { splitLines } from '../lines.ts';
import { LONGEST_RECORD, type Row, rejected, rowOfValues, tooLong, truncatedFile } from '../rows.ts';

const ROWS_AT_ONCE = 500;

/**
 * The rows of a file in UTF-8 with one JSON object a line, some at a time. Numbers are taken as they are written, since ids
 * have more digits than a double can hold.
 * @param longest characters that a line has at most
 * @throws {InvalidInput} where the last line is no whole object: the file was cut in the middle
 */
export async function* readJsonl(
  file: string,
  content: AsyncIterable<Buffer>,
  columns: ColumnSettings,
  longest: number = LONGEST_RECORD,
): AsyncGenerator<Row[]> {
  const { id, label } = columns;
  const parse = objectParser(Object.values(columns));
  let rows: Row[] = [];
  let line = 0;
  for await (const { text, isTooLong, isEnded } of splitLines(content, longest)) {
    const place = { file, line: ++line };
    if (isTooLong) rows.push(rejected(place, 'too long', text, tooLong(longest)));
    else if (text.trim() !== '') {
      const value = parse(text);
      if (!value && !isEnded) throw truncatedFile(place, 'object that begins here');
      rows.push(
        value
          ? rowOfValues(place, [value[id], value[columns.text], value[label]], () => JSON.stringify(value))
          : rejected(place, 'invalid JSON', text),
      );
    }
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

/** The names of the fields that the objects of a file have, up to where all wanted ones were seen. */
export async function jsonlFields(
  content: AsyncIterable<Buffer>,
  wanted: readonly string[],
): Promise<string[]> {
  const fields = new Set<string>();
  const parse = objectParser([]);
  for await (const { text } of splitLines(content, LONGEST_RECORD)) {
    for (const name of Object.keys(parse(text) ?? {})) fields.add(name);
    if (wanted.every((name) => fields.has(name))) break;
  }
  return [...fields];
}

/** Parses objects, undefined for what is none; numbers in the named fields become strings as they are written. */
export function objectParser(
  names: readonly string[],
): (text: string) => Record<string, unknown> | undefined {
  const keys = names.map((name) => JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // A quote within a string has a backslash before it, so that this matches fields alone.
  const numbers = new RegExp(`((?:${keys.join('|')})\\s*:\\s*)(-?\\d[\\d.eE+-]*)(?=\\s*[,}])`, 'g');
  return (text) => {
    try {
      const value: unknown = JSON.parse(names.length > 0 ? text.replace(numbers, '$1"$2"') : text);
      if (isObject(value)) return value;
    } catch {
      // Reported by the caller.
    }
    return undefined;
  };
}
