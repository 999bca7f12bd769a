/** Parquet, read and written by hyparquet (plain JavaScript). */
import { rename, rm } from 'node:fs/promises';
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { InvalidInput } from '../../settings/invalid-input.ts';
import type { ColumnSettings } from '../../settings/settings.ts';
import type { Many } from '../line-file.ts';
import { type Row, rowOfValues } from '../rows.ts';

/** A row group of more bytes than this is read in steps of so many rows. */
const LARGE_GROUP = 256 * 1024 ** 2;
const ROWS_OF_STEP = 20_000;
const ROWS_AT_ONCE = 500;
/** Rows of a group that is written, all of which lie in memory together. */
const ROWS_WRITTEN = 10_000;

/** The names of a file's columns but for nested ones. @throws {InvalidInput} where its description of itself is damaged */
export async function parquetColumns(file: string): Promise<string[]> {
  return parquetSchema(await readMetadata(file))
    .children.filter(({ children }) => children.length === 0)
    .map(({ element }) => element.name);
}

/**
 * The rows of a file, some at a time; only the three columns are read, as far as the file has them.
 * @param onBytes called with the share of the file's bytes the rows read so far stand for
 * @throws {InvalidInput} where the file is damaged
 */
export async function* readParquet(
  file: string,
  { id, text, label }: Partial<ColumnSettings>,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Row[]> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await readMetadata(file);
  const total = Number(metadata.num_rows);
  const columns = [...new Set([id, text, label])].filter((name) => name !== undefined);
  for (const [from, to] of steps(metadata)) {
    const rows = await parquetReadObjects({
      file: buffer,
      metadata,
      columns,
      rowStart: from,
      rowEnd: to,
      compressors,
      useOffsetIndex: true,
    }).catch((cause: Error) => {
      throw damaged(file, cause);
    });
    onBytes?.(Math.round((buffer.byteLength * (to - from)) / total));
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
      yield rows.slice(at, at + ROWS_AT_ONCE).map((row, number) => {
        const fieldOf = (name?: string) => (name === undefined ? undefined : plain(row[name]));
        const values = [fieldOf(id), fieldOf(text), fieldOf(label)] as const;
        return rowOfValues({ file, line: from + at + number + 1 }, values, () => values.join(' '));
      });
  }
}

/** Ranges of rows, none across two row groups. */
function* steps(metadata: FileMetaData): Generator<[from: number, to: number]> {
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const step = group.total_byte_size > LARGE_GROUP ? ROWS_OF_STEP : end - start;
    for (let from = start; from < end; from += step) yield [from, Math.min(end, from + step)];
    start = end;
  }
}

const plain = (value: unknown) => (value instanceof Date ? value.toISOString() : value);

/** Writes records as Parquet, every column a string, whole or not at all. @returns how many there were */
export async function writeParquet<C extends string>(
  path: string,
  columns: readonly C[],
  records: Many<Record<C, string>>,
): Promise<number> {
  const partial = `${path}.partial`;
  let count = 0;
  const rows = async function* () {
    for await (const record of records) {
      count++;
      yield record;
    }
  };
  try {
    await parquetWriteRows({
      writer: fileWriter(partial),
      rows: rows(),
      columns: columns.map((name) => ({ name, type: 'STRING', nullable: false })),
      rowGroupSize: ROWS_WRITTEN,
    });
    await rename(partial, path);
    return count;
  } finally {
    await rm(partial, { force: true });
  }
}

async function readMetadata(file: string): Promise<FileMetaData> {
  return parquetMetadataAsync(await asyncBufferFromFile(file)).catch((cause: Error) => {
    throw damaged(file, cause);
  });
}

const damaged = (file: string, cause: Error) =>
  new InvalidInput(
    file,
    `this Parquet file is damaged or was cut (${cause.message})`,
    'Fetch or write it again.',
  );
