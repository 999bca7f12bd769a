/** A look at the first block of a file: whether it is a dataset, in which format and dialect, and which columns it has. */
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ColumnSettings, CsvSettings } from '../settings/settings.ts';
import { shorten } from './shorten.ts';
import { type Compression, unpack } from './source/content.ts';
import { type Dialect, type Encoding, sniffDialect, sniffEncoding } from './source/dialect.ts';
import { type OpenSource, openSource } from './source/open-source.ts';
import { parquetColumns } from './source/parquet.ts';

/** What the first block of a file says about the whole of it. */
export interface SourceFile {
  file: string;
  /** Size on disk, compressed where the file is. */
  bytes: number;
  format: 'csv' | 'jsonl' | 'parquet';
  compression: Compression;
  /** Of text; what is found in a Parquet file is UTF-8 by definition. */
  encoding: Encoding;
  /** Of a CSV. */
  dialect: Dialect | undefined;
  /** Columns of the header, or fields of the first JSON object. */
  columns: string[];
}

/** Everything about a CSV is found out. */
export const UNKNOWN_DIALECT: CsvSettings = { delimiter: null, quote: null, escape: null, encoding: null };

/** Enough for any header, and little enough to be cheap on hundreds of files. */
const BLOCK = 64 * 1024;
const REMEDY_FORMAT =
  'CSV, JSONL and Parquet files can be read, the first two compressed with gzip or zstd too.';

/** How files begin that somebody may take for a dataset. */
const KNOWN_BEGINNINGS: ReadonlyArray<[bytes: number[], what: string, remedy: string]> = [
  [[0x50, 0x4b, 0x03, 0x04], 'an Excel workbook or another zip archive', 'Export or unpack it as CSV.'],
  [[0x42, 0x5a, 0x68], 'compressed with bzip2', `${REMEDY_FORMAT} Unpack it with "bunzip2".`],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz', `${REMEDY_FORMAT} Unpack it with "unxz".`],
];
const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
const PARQUET = [0x50, 0x41, 0x52, 0x31];

/**
 * Checks files before any work begins: each is there, is of a format that can be read, has the columns and is not
 * empty. Reads one block of each.
 * @param csv what is known of the dialect; the rest is found out
 * @throws {InvalidInput} naming the first file that will not do, and what would
 */
export async function checkSource(
  files: string[],
  columns: ColumnSettings,
  csv: CsvSettings = UNKNOWN_DIALECT,
): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const file of files) {
    const source = await inspectFile(file, Object.values(columns), csv);
    requireColumns(source, columns);
    found.push(source);
  }
  return found;
}

/**
 * What a file is, by its first block.
 * @param wanted names that help to tell a header's delimiter
 * @throws {InvalidInput} where it is missing, empty or no dataset
 */
export async function inspectFile(
  file: string,
  wanted: string[],
  csv: CsvSettings = UNKNOWN_DIALECT,
): Promise<SourceFile> {
  const source = await openSource(file);
  const stored = await source.slice(0, BLOCK);
  const basis = { file, bytes: source.bytes, dialect: undefined };
  if (beginsWith(stored, PARQUET))
    return {
      ...basis,
      format: 'parquet',
      compression: 'none',
      encoding: 'utf-8',
      columns: await parquetColumns(file, source),
    };
  const compression: Compression = beginsWith(stored, GZIP)
    ? 'gzip'
    : beginsWith(stored, ZSTD)
      ? 'zstd'
      : 'none';
  const block = compression === 'none' ? stored : await unpackedBlock(file, source, compression);
  refuseKnownBinary(file, block);
  const encoding = csv.encoding ?? sniffEncoding(block);
  const text = new TextDecoder(encoding).decode(block, { stream: true });
  if (text.trim() === '')
    throw new InvalidInput(file, 'this file is empty', 'Name a file with a header and rows.');
  refuseNonText(file, text);
  const format = formatOf(file, text);
  const found = { ...basis, format, compression, encoding };
  if (format === 'jsonl') return { ...found, columns: fieldsOfFirstLine(file, text) };
  const { dialect, columns } = sniffDialect(text, csv, wanted);
  if (columns.length === 0)
    throw new InvalidInput(
      `${file}:1`,
      'the header cannot be read',
      'The first line must hold the names of the columns.',
    );
  return { ...found, dialect, columns };
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

/** The beginning of what a compressed file holds. */
async function unpackedBlock(file: string, source: OpenSource, compression: Compression): Promise<Buffer> {
  const blocks: Buffer[] = [];
  let length = 0;
  try {
    for await (const block of unpack(source.stream(), compression)) {
      blocks.push(block);
      length += block.length;
      if (length >= BLOCK) break;
    }
  } catch (cause) {
    // A file that was cut is told by whoever reads it to its end; what came before is enough here.
    if (length === 0)
      throw new InvalidInput(
        file,
        `its ${compression} compression is damaged (${(cause as Error).message})`,
        `Compress it again, or check it with "${compression} -t".`,
      );
  }
  return Buffer.concat(blocks).subarray(0, BLOCK);
}

const beginsWith = (content: Buffer, bytes: readonly number[]) =>
  bytes.every((byte, at) => content[at] === byte);

function refuseKnownBinary(file: string, content: Buffer): void {
  for (const [beginning, what, remedy] of KNOWN_BEGINNINGS)
    if (beginsWith(content, beginning)) throw new InvalidInput(file, `this is ${what}`, remedy);
}

/** Single NULs and broken characters are a scrape's dirt and get mended; more than that is no text. */
function refuseNonText(file: string, text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const odd = text.match(/[\u0000-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0;
  const share = odd / text.length;
  if (share <= (text.length < 1000 ? 0.1 : 0.01)) return;
  throw new InvalidInput(
    `${file}:1`,
    `this is not text (${(share * 100).toFixed(0)} % of its first block are no readable characters)`,
    `${REMEDY_FORMAT} Text in an encoding that is not recognised: set csv.encoding.`,
  );
}

function formatOf(file: string, text: string): 'csv' | 'jsonl' {
  const ending = /\.(csv|tsv|jsonl|ndjson)(\.(gz|zst|zstd))?$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === 'csv' || ending === 'tsv') return 'csv';
  if (/^\s*\[/.test(text))
    throw new InvalidInput(
      `${file}:1`,
      'this is one JSON array',
      'Write one object a line, for example with "jq -c .[] OLD > NEW".',
    );
  return ending !== undefined || /^\s*\{/.test(text) ? 'jsonl' : 'csv';
}

function fieldsOfFirstLine(file: string, text: string): string[] {
  const line = text.split('\n').find((one) => one.trim() !== '')!;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.keys(value);
  } catch {
    // A first line longer than the block cannot be parsed here; its field names still stand in it.
    if (!text.trimStart().includes('\n') && text.length > BLOCK / 4)
      return [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map((match) => match[1]!);
  }
  throw new InvalidInput(
    `${file}:1`,
    'the first line is no JSON object',
    'JSONL has one object a line; a CSV needs a name that ends in .csv.',
  );
}
