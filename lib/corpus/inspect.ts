/** A look at the first block of a file: whether it is text, in which format and dialect, and which columns it has. */
import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ColumnSettings } from '../settings/settings.ts';

/** What the first block of a file says about the whole of it. */
export interface SourceFile {
  file: string;
  /** Size on disk, compressed where the file is. */
  bytes: number;
  gzip: boolean;
  format: 'csv' | 'jsonl';
  /** Between the fields of a CSV. */
  delimiter: string;
  /** A lone carriage return only in files that know no other line end. */
  lineEnd: '\n' | '\r';
  /** Columns of the header, or fields of the first JSON object. */
  columns: string[];
}

/** Enough for any header, and little enough to be cheap on hundreds of files. */
const BLOCK = 64 * 1024;
const DELIMITERS = [',', ';', '\t', '|'];
const REMEDY_FORMAT = 'CSV and JSONL files can be read, plain or compressed with gzip.';

/** How files begin that somebody may take for a dataset. */
const KNOWN_BEGINNINGS: ReadonlyArray<[bytes: number[], what: string, remedy: string]> = [
  [[0x50, 0x4b, 0x03, 0x04], 'an Excel workbook or another zip archive', 'Export or unpack it as CSV.'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file', `${REMEDY_FORMAT} Convert it first.`],
  [
    [0x28, 0xb5, 0x2f, 0xfd],
    'compressed with zstd',
    `${REMEDY_FORMAT} Unpack it with "zstd -d", or use gzip.`,
  ],
  [
    [0xff, 0xfe],
    'text in UTF-16',
    'Save it as UTF-8, for example with "iconv -f utf-16 -t utf-8 OLD > NEW".',
  ],
  [
    [0xfe, 0xff],
    'text in UTF-16',
    'Save it as UTF-8, for example with "iconv -f utf-16 -t utf-8 OLD > NEW".',
  ],
];

/**
 * Checks files before any work begins: each is there, is text of a format that can be read, has the columns and is
 * not empty. Reads one block of each.
 * @throws {InvalidInput} naming the first file that will not do, and what would
 */
export async function checkSource(files: string[], columns: ColumnSettings): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const file of files) {
    const source = await inspectFile(file, Object.values(columns));
    requireColumns(source, columns);
    found.push(source);
  }
  return found;
}

/**
 * What a file is, by its first block.
 * @param wanted names that help to tell a header's delimiter
 * @throws {InvalidInput} where it is missing, empty or not text
 */
export async function inspectFile(file: string, wanted: string[]): Promise<SourceFile> {
  const { block, bytes } = await firstBlock(file);
  const gzip = block[0] === 0x1f && block[1] === 0x8b;
  const content = gzip ? unpackedBlock(file, block) : block;
  refuseKnownBinary(file, content);
  const text = content.toString('utf8').replace(/^\ufeff/, '');
  if (text.trim() === '')
    throw new InvalidInput(file, 'this file is empty', 'Name a file with a header and rows.');
  refuseNonText(file, text);
  const lineEnd = !text.includes('\n') && text.includes('\r') ? '\r' : '\n';
  const format = formatOf(file, text);
  const basis = { file, bytes, gzip, format, lineEnd } as const;
  if (format === 'jsonl') return { ...basis, delimiter: '', columns: fieldsOfFirstLine(file, text, lineEnd) };
  return { ...basis, ...sniffHeader(file, text, lineEnd, wanted) };
}

/** @throws {InvalidInput} listing the columns present, where one that the settings name is missing or stands twice */
export function requireColumns(source: SourceFile, columns: ColumnSettings): void {
  for (const [setting, name] of Object.entries(columns)) {
    const times = source.columns.filter((column) => column === name).length;
    if (times === 1) continue;
    const place = `columns.${setting}`;
    if (times > 1)
      throw new InvalidInput(
        place,
        `${times} columns of ${source.file} are called "${name}"`,
        'Rename all but one.',
      );
    const similar = source.columns.find((column) => column.toLowerCase() === name.toLowerCase());
    const present = source.columns.map((column) => JSON.stringify(shorten(column, 40))).join(', ');
    throw new InvalidInput(
      place,
      `${source.file} has no column "${name}"`,
      similar
        ? `It has "${similar}": set ${place} to that.`
        : `It has ${present}: set ${place} to one of them.`,
    );
  }
}

/** The beginning of a text for messages, on one line. */
export function shorten(text: string, length: number): string {
  const line = text.slice(0, length * 2).replace(/\s+/g, ' ');
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

async function firstBlock(file: string): Promise<{ block: Buffer; bytes: number }> {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT')
      throw new InvalidInput(file, 'there is no such file', 'Check the name, or give the whole path.');
    throw new InvalidInput(
      file,
      `this file cannot be opened (${cause.code})`,
      'Check its permissions for the user of the worker.',
    );
  });
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BLOCK), 0, BLOCK, 0);
    return { block: buffer.subarray(0, bytesRead), bytes: size };
  } finally {
    await handle.close();
  }
}

function unpackedBlock(file: string, block: Buffer): Buffer {
  try {
    return gunzipSync(block, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, BLOCK);
  } catch (cause) {
    throw new InvalidInput(
      file,
      `its gzip compression is damaged (${(cause as Error).message})`,
      'Compress it again, or check it with "gzip -t".',
    );
  }
}

function refuseKnownBinary(file: string, content: Buffer): void {
  for (const [beginning, what, remedy] of KNOWN_BEGINNINGS)
    if (beginning.every((byte, at) => content[at] === byte))
      throw new InvalidInput(file, `this is ${what}`, remedy);
}

/** Single NULs and broken characters are a scrape's dirt and get mended; more than that is no text. */
function refuseNonText(file: string, text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const odd = text.match(/[\u0000-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0;
  const share = odd / text.length;
  if (share <= (text.length < 1000 ? 0.1 : 0.01)) return;
  throw new InvalidInput(
    `${file}:1`,
    `this is not UTF-8 text (${(share * 100).toFixed(0)} % of its first block are no readable characters)`,
    `${REMEDY_FORMAT} Text in another encoding: convert it, for example with "iconv -f windows-1252 -t utf-8 OLD > NEW".`,
  );
}

function formatOf(file: string, text: string): 'csv' | 'jsonl' {
  const ending = /\.(csv|tsv|jsonl|ndjson)(\.gz)?$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === 'csv' || ending === 'tsv') return 'csv';
  if (/^\s*\[/.test(text))
    throw new InvalidInput(
      `${file}:1`,
      'this is one JSON array',
      'Write one object a line, for example with "jq -c .[] OLD > NEW".',
    );
  return ending !== undefined || /^\s*\{/.test(text) ? 'jsonl' : 'csv';
}

function fieldsOfFirstLine(file: string, text: string, lineEnd: string): string[] {
  const line = text.split(lineEnd).find((one) => one.trim() !== '')!;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.keys(value);
  } catch {
    // A first line longer than the block cannot be parsed here; its field names still stand in it.
    if (text.length >= BLOCK && !text.includes(lineEnd))
      return [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map((match) => match[1]!);
  }
  throw new InvalidInput(
    `${file}:1`,
    'the first line is no JSON object',
    'JSONL has one object a line; a CSV needs a name that ends in .csv.',
  );
}

/** Takes the delimiter under which most of the wanted columns appear, and then the one that gives most columns. */
function sniffHeader(file: string, text: string, lineEnd: string, wanted: string[]) {
  const candidates = DELIMITERS.map((delimiter) => {
    const columns = headerColumns(text, delimiter, lineEnd);
    return { delimiter, columns, hits: wanted.filter((name) => columns.includes(name)).length };
  });
  candidates.sort((a, b) => b.hits - a.hits || b.columns.length - a.columns.length);
  const { delimiter, columns } = candidates[0]!;
  if (columns.length === 0)
    throw new InvalidInput(
      `${file}:1`,
      'the header cannot be read',
      'The first line must hold the names of the columns.',
    );
  return { delimiter, columns };
}

function headerColumns(text: string, delimiter: string, lineEnd: string): string[] {
  try {
    const [header] = parse(text, {
      delimiter,
      record_delimiter: lineEnd,
      to: 1,
      relax_quotes: true,
      skip_empty_lines: true,
    });
    return header?.map((name) => name.trim()) ?? [];
  } catch {
    return [];
  }
}
