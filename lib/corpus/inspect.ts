/**
 * Detects the format, encoding, dialect and columns of a file before any work begins. Reads text files to the end, because
 * what distinguishes encodings and dialects may come late.
 */
import type { ReadingOptions } from '../artifacts/digest.ts';
import { DEFAULT_ID_COLUMN } from '../settings/corpus-settings.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ColumnSettings, CsvSettings } from '../settings/settings.ts';
import { shorten } from './shorten.ts';
import {
  type Compression,
  compressionOf,
  type Encoding,
  readContent,
  Utf8Evidence,
  unpack,
  utf16Of,
} from './source/content.ts';
import { type Dialect, EscapeEvidence, sniffDialect } from './source/dialect.ts';
import { jsonlFields } from './source/jsonl.ts';
import { parquetColumns } from './source/parquet.ts';
import { beginningOf } from './source/stored.ts';

/** How the content of a file is read. It travels with the reference to a source, so that it is found out once. */
export interface SourceLayout {
  format: 'csv' | 'jsonl' | 'parquet';
  compression: Compression;
  /** Of text; what is found in a Parquet file is UTF-8 by definition. */
  encoding: Encoding;
  /** Of a CSV. */
  dialect: Dialect | undefined;
  /** Columns of the header, and which of them are the wanted ones; -1 for one that is not there. */
  width: number;
  places: Record<keyof ColumnSettings, number>;
}

/** An inspected file. */
export interface SourceFile extends SourceLayout {
  file: string;
  /** Size on disk, compressed where the file is. */
  bytes: number;
}

interface InspectedFile extends SourceFile {
  /** Columns of the header; of JSONL the fields of the objects up to where all wanted ones were seen. */
  columns: string[];
}

/** Everything about a CSV is found out. */
export const UNKNOWN_DIALECT: CsvSettings = { delimiter: null, quote: null, escape: null, encoding: null };

/** Bytes that format and dialect are detected by: room for a header of many thousand columns and some rows. */
const BEGINNING = 1024 * 1024;
const BLOCK = 64 * 1024;
const REMEDY =
  'CSV, JSONL and Parquet files can be read, the first two compressed with gzip or zstd too: export it as one of these, or unpack it (unzip, tar, bunzip2, unxz).';

/** What marks files that may be mistaken for a dataset, from which byte on. */
const MARKS: ReadonlyArray<[bytes: string, what: string, from?: number]> = [
  ['PK\x03\x04', 'an Excel workbook or another zip archive'],
  ['ustar', 'a tar archive', 257],
  ['\xd0\xcf\x11\xe0', 'an old Excel workbook'],
  ['BZh', 'compressed with bzip2'],
  ['\xfd7zXZ', 'compressed with xz'],
  ['SQLite format 3', 'an SQLite database'],
  ['%PDF', 'a PDF'],
];

/**
 * Checks files before any work begins: each is there, of a format that can be read, has the columns and is not empty.
 * @param csv what is known of the dialect; the rest is found out
 * @throws {InvalidInput} naming the first invalid file, and what is expected
 */
export async function checkSource(
  files: string[],
  columns: ColumnSettings,
  csv: CsvSettings = UNKNOWN_DIALECT,
  options: ReadingOptions = {},
): Promise<InspectedFile[]> {
  const found: InspectedFile[] = [];
  for (const file of files) {
    const source = await inspectFile(file, columns, csv, options);
    requireColumns(source, columns);
    found.push(source);
  }
  return found;
}

async function inspectFile(
  file: string,
  columns: ColumnSettings,
  csv: CsvSettings,
  options: ReadingOptions,
): Promise<InspectedFile> {
  const { bytes, first } = await beginningOf(file, BLOCK);
  const compression = compressionOf(first);
  const basis = { file, bytes, compression, dialect: undefined };
  if (first.toString('latin1', 0, 4) === 'PAR1') {
    const present = await parquetColumns(file);
    return { ...basis, format: 'parquet', encoding: 'utf-8', ...placesOf(columns, present) };
  }
  const { beginning, encoding, escapes } = await lookThrough(csv, { file, compression, ...options });
  const decoded = new TextDecoder(encoding).decode(beginning, { stream: true });
  const text = decoded.slice(0, BLOCK);
  if (text.trim() === '')
    throw new InvalidInput(file, 'this file is empty', 'Name a file with a header and rows.');
  refuseNonText(file, text);
  const format = formatOf(file, text);
  const content = () => readContent(encoding, { file, compression, signal: options.signal });
  const { dialect, columns: present } =
    format === 'csv'
      ? sniffDialect(Buffer.from(decoded), escapes, csv, Object.values(columns))
      : { dialect: undefined, columns: await jsonlFields(content(), wantedOf(columns)) };
  if (present.length === 0)
    throw new InvalidInput(
      `${file}:1`,
      format === 'csv' ? 'the header cannot be read' : 'no line of it is a JSON object',
      'The first line of a CSV names its columns, and its name ends in .csv; JSONL has one object a line.',
    );
  return { ...basis, format, encoding, dialect, ...placesOf(columns, present) };
}

const placesOf = ({ id, text, label }: ColumnSettings, present: string[]) => ({
  columns: present,
  width: present.length,
  places: { id: present.indexOf(id), text: present.indexOf(text), label: present.indexOf(label) },
});

/** Reads a text file to its end to detect its encoding and how quotes are escaped. */
async function lookThrough(
  csv: CsvSettings,
  options: ReadingOptions & { file: string; compression: Compression },
): Promise<{ beginning: Buffer; encoding: Encoding; escapes: EscapeEvidence }> {
  const blocks: Buffer[] = [];
  let length = 0;
  let utf16: Encoding | undefined;
  const utf8 = new Utf8Evidence();
  const escapes = new EscapeEvidence();
  for await (const block of unpack(options)) {
    options.signal?.throwIfAborted();
    if (length === 0) {
      refuseKnownBinary(options.file, block);
      utf16 = utf16Of(block.subarray(0, BLOCK));
    }
    if (length < BEGINNING) blocks.push(block);
    length += block.length;
    utf8.add(block);
    escapes.add(block);
  }
  const encoding = csv.encoding ?? utf16 ?? utf8.encoding();
  return { beginning: Buffer.concat(blocks).subarray(0, BEGINNING), encoding, escapes };
}

/** The columns that a file must have: without one for ids they are made from the text. */
const wantedOf = ({ id, text, label }: ColumnSettings) =>
  id === DEFAULT_ID_COLUMN ? [text, label] : [id, text, label];

/** @throws {InvalidInput} listing the columns present, where one that the settings name is missing or stands twice */
function requireColumns(source: InspectedFile, columns: ColumnSettings): void {
  const wanted = wantedOf(columns);
  for (const [setting, name] of Object.entries(columns)) {
    const times = source.columns.filter((column) => column === name).length;
    if (times === 1 || (times === 0 && !wanted.includes(name))) continue;
    const place = `columns.${setting}`;
    if (times > 1)
      throw new InvalidInput(
        place,
        `${times} columns of ${source.file} are called "${name}"`,
        'Rename all but one.',
      );
    const similar = source.columns.filter((column) => column.toLowerCase() === name.toLowerCase());
    const candidates = similar.length > 0 ? similar : source.columns;
    const offered = candidates.map((column) => `"${shorten(column, 40)}"`);
    throw new InvalidInput(
      place,
      `${source.file} has no column "${name}"`,
      `It has ${offered.join(', ')}: set ${place} to ${offered.length === 1 ? 'that' : 'one of them'}.`,
    );
  }
}

function refuseKnownBinary(file: string, content: Buffer): void {
  const beginning = content.toString('latin1', 0, 512);
  for (const [bytes, what, from] of MARKS)
    if (beginning.startsWith(bytes, from)) throw new InvalidInput(file, `this is ${what}`, REMEDY);
}

/** A few NULs and broken characters are noise and get repaired; more than that is not text. */
function refuseNonText(file: string, text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const odd = text.match(/[\u0000-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0;
  const share = odd / text.length;
  if (share <= (text.length < 1000 ? 0.1 : 0.01)) return;
  throw new InvalidInput(
    `${file}:1`,
    `this is not text (${(share * 100).toFixed(0)} % of its first block are no readable characters)`,
    `${REMEDY} Text in an encoding that is not recognised: set csv.encoding.`,
  );
}

function formatOf(file: string, text: string): 'csv' | 'jsonl' {
  const ending = /\.(csv|tsv|tab|jsonl|ndjson)(\.(gz|gzip|zst|zstd))?$/i.exec(file)?.[1]?.toLowerCase();
  if (/^(csv|tsv|tab)$/.test(ending ?? '')) return 'csv';
  if (/^\s*\[/.test(text))
    throw new InvalidInput(
      `${file}:1`,
      'this is one JSON array',
      'Write one object a line, for example with "jq -c .[] OLD > NEW".',
    );
  return ending !== undefined || /^\s*\{/.test(text) ? 'jsonl' : 'csv';
}
