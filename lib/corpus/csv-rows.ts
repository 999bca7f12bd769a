import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ColumnSettings } from '../settings/settings.ts';
import type { SourceFile } from './inspect.ts';
import { type Row, rejected, toRow } from './rows.ts';

/** A record longer than this is an unclosed quote that swallows the rest of the file, and would fill the memory. */
const LONGEST_RECORD = 64 * 1024 * 1024;

/**
 * Rows of a CSV with a header. Quotes inside unquoted fields are taken as they are; a row whose number of fields
 * differs from the header's is rejected, unless all that it has too many are empty.
 * @throws {InvalidInput} where the file ends within a record
 */
export async function* readCsvRows(
  source: SourceFile,
  columns: ColumnSettings,
  content: Readable,
): AsyncGenerator<Row> {
  const { file, delimiter, lineEnd } = source;
  const width = source.columns.length;
  const [idAt, textAt, labelAt] = [columns.id, columns.text, columns.label].map((name) =>
    source.columns.indexOf(name),
  ) as [number, number, number];
  // Seen as records are parsed, ahead of the loop below: an error discards what is buffered between the two.
  let parsedLines = 0;
  const ending = new EndWatcher();
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: lineEnd,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
    on_record: (record, { lines }) => {
      parsedLines = lines;
      return record;
    },
  });
  const unify = (chunks: AsyncIterable<Buffer>) =>
    ending.watch(lineEnd === '\n' ? unifyLineEnds(chunks) : chunks);
  const feeding = pipeline(content, unify, parser).catch((cause: Error) => {
    parser.destroy(cause instanceof CsvError ? broken(file, parsedLines + 1, cause) : cause);
  });

  let header = true;
  let previousLine = 0;
  let short: { line: number; fields: number } | undefined;
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    const place = { file, line: previousLine + 1 };
    previousLine = info.lines;
    if (header) {
      header = false;
      continue;
    }
    short = record.length < width ? { line: place.line, fields: record.length } : undefined;
    if (record.length < width || record.slice(width).some((field) => field.trim() !== ''))
      yield rejected(
        place,
        'wrong number of fields',
        record[textAt] ?? record.join(delimiter),
        `${record.length} in place of ${width}`,
      );
    else yield toRow(place, record[idAt]!, record[textAt]!, record[labelAt]!);
  }
  await feeding;
  if (short && !ending.endsWith(lineEnd))
    throw cutShort(file, short.line, `${short.fields} of ${width} fields`);
}

/** Remembers the last byte of a stream: a file that was cut has no line end there. */
class EndWatcher {
  #last: number | undefined;

  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (chunk.length > 0) this.#last = chunk[chunk.length - 1];
      yield chunk;
    }
  }

  endsWith(character: string): boolean {
    return this.#last === character.charCodeAt(0);
  }
}

const CR = 0x0d;
const LF = 0x0a;

/**
 * Turns `\r\n` into `\n`. The parser would otherwise take the first line end of a file that mixes them for all, and
 * count the lines within quoted fields twice.
 */
async function* unifyLineEnds(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = false;
  for await (let chunk of chunks) {
    if (held) chunk = Buffer.concat([Buffer.of(CR), chunk]);
    held = chunk[chunk.length - 1] === CR;
    if (held) chunk = chunk.subarray(0, -1);
    yield chunk.includes('\r\n') ? withoutCarriageReturns(chunk) : chunk;
  }
  if (held) yield Buffer.of(CR);
}

function withoutCarriageReturns(chunk: Buffer): Buffer {
  const result = Buffer.allocUnsafe(chunk.length);
  let length = 0;
  for (let at = 0; at < chunk.length; at++)
    if (chunk[at] !== CR || chunk[at + 1] !== LF) result[length++] = chunk[at]!;
  return result.subarray(0, length);
}

function broken(file: string, line: number, cause: CsvError): InvalidInput {
  if (cause.code === 'CSV_QUOTE_NOT_CLOSED') return cutShort(file, line, 'a quote that is never closed');
  if (cause.code === 'CSV_MAX_RECORD_SIZE')
    return new InvalidInput(
      `${file}:${line}`,
      `the record that begins here is longer than ${LONGEST_RECORD / 1024 ** 2} MiB`,
      'Close the quote that swallows the rows after it, or shorten the record.',
    );
  return new InvalidInput(`${file}:${line}`, cause.message, 'Mend the line, or remove it.');
}

const cutShort = (file: string, line: number, what: string) =>
  new InvalidInput(
    `${file}:${line}`,
    `the file ends within the record that begins here (${what}): it was cut in the middle`,
    'Fetch the whole file again, or close or remove this last record.',
  );
