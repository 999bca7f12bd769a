/** The rows of a file with one JSON object a line. */
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { ColumnSettings } from '../../settings/settings.ts';
import { type Row, type RowPlace, rejected, rowOfValues } from '../rows.ts';
import { LONGEST_RECORD, tooLong } from './longest-record.ts';

const LF = 0x0a;

/** A line, or the beginning of one that is too long. */
interface Line {
  /** From 1. */
  number: number;
  text: string;
  isTooLong: boolean;
  /** Whether a line end follows. */
  isEnded: boolean;
}

/**
 * The rows of a file with one JSON object a line, in its order, some at a time. Blank lines are passed over; numbers
 * are taken as they are written, since ids have more digits than a double can hold.
 * @param content in UTF-8
 * @param longest bytes that a line has at most
 * @throws {InvalidInput} where the last line is no whole object: the file was cut in the middle
 */
export async function* readJsonl(
  file: string,
  content: AsyncIterable<Buffer>,
  columns: ColumnSettings,
  longest: number = LONGEST_RECORD,
): AsyncGenerator<Row[]> {
  const parse = objectParser(Object.values(columns));
  for await (const lines of jsonLines(content, longest)) {
    const rows: Row[] = [];
    for (const { number, text, isTooLong, isEnded } of lines) {
      const place = { file, line: number };
      if (isTooLong) rows.push(rejected(place, 'too long', text, tooLong(longest)));
      else {
        const value = parse(text);
        if (!value && !isEnded) throw cutShort(place);
        rows.push(value ? rowOf(place, value, columns) : rejected(place, 'invalid JSON', text));
      }
    }
    yield rows;
  }
}

/** The names of the fields that the objects of a file have, up to where all wanted ones were seen. */
export async function jsonlFields(
  content: AsyncIterable<Buffer>,
  wanted: readonly string[],
): Promise<{ fields: string[]; objects: number }> {
  const fields = new Set<string>();
  let objects = 0;
  const parse = objectParser([]);
  for await (const lines of jsonLines(content, LONGEST_RECORD)) {
    for (const { text } of lines) {
      const value = parse(text);
      if (value) objects++;
      for (const name of Object.keys(value ?? {})) fields.add(name);
    }
    if (wanted.every((name) => fields.has(name))) break;
  }
  return { fields: [...fields], objects };
}

function rowOf(place: RowPlace, value: Record<string, unknown>, { id, text, label }: ColumnSettings): Row {
  return rowOfValues(place, [value[id], value[text], value[label]], () => JSON.stringify(value));
}

/**
 * Parses objects; undefined for what is none.
 * @param names fields whose numbers become strings as they are written
 */
function objectParser(names: readonly string[]): (text: string) => Record<string, unknown> | undefined {
  const keys = names.map((name) => JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // A quote within a string has a backslash before it, so that this matches fields alone.
  const numbers = new RegExp(`((?:${keys.join('|')})\\s*:\\s*)(-?\\d[\\d.eE+-]*)(?=\\s*[,}])`, 'g');
  return (text) => {
    try {
      const value: unknown = JSON.parse(names.length > 0 ? text.replace(numbers, '$1"$2"') : text);
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return value as Record<string, unknown>;
    } catch {
      // Told by the caller.
    }
    return undefined;
  };
}

/** Lines that are not blank. Only line feeds divide: U+2028 and U+2029 may stand unescaped in JSON strings. */
async function* jsonLines(content: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Line[]> {
  let pending: Buffer[] = [];
  let length = 0;
  let number = 1;
  /** The beginning of a line whose rest is passed over. */
  let start: string | undefined;
  const takeLine = (isEnded: boolean): Line[] => {
    const isTooLong = start !== undefined;
    const text = start ?? Buffer.concat(pending).toString('utf8');
    [pending, length, start] = [[], 0, undefined];
    const line = { number: number++, text, isTooLong, isEnded };
    return text.trim() === '' ? [] : [line];
  };
  for await (const block of content) {
    const lines: Line[] = [];
    for (let at = 0; at < block.length; ) {
      const end = block.indexOf(LF, at);
      const piece = block.subarray(at, end === -1 ? block.length : end);
      length += piece.length;
      if (start === undefined) pending.push(piece);
      if (length > longest && start === undefined) {
        start = Buffer.concat(pending).toString('utf8', 0, 1000);
        pending = [];
      }
      if (end === -1) break;
      lines.push(...takeLine(true));
      at = end + 1;
    }
    if (lines.length > 0) yield lines;
  }
  yield takeLine(false);
}

const cutShort = ({ file, line }: RowPlace) =>
  new InvalidInput(
    `${file}:${line}`,
    'the file ends within the object that begins here: it was cut in the middle',
    'Fetch the whole file again, or remove this last line.',
  );
