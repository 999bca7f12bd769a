/** Streams the rows of sources; memory does not grow with their size. */
import type { ReadingOptions } from '../artifacts/digest.ts';
import type { ColumnSettings, CsvSettings } from '../settings/settings.ts';
import { checkSource, type SourceLayout } from './inspect.ts';
import type { Row } from './rows.ts';
import { readContent } from './source/content.ts';
import { readCsv } from './source/csv.ts';
import { readJsonl } from './source/jsonl.ts';
import { readParquet } from './source/parquet.ts';

export interface ReadOptions {
  files: string[];
  columns: ColumnSettings;
  /** What is known of the dialect of CSV files; the rest is found out. */
  csv?: CsvSettings | undefined;
  signal?: AbortSignal | undefined;
  /** Called with the bytes read so far from disk, over all files. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/** The rows of files, dirty ones repaired or marked as rejected. @throws {InvalidInput} where a file cannot be read */
export async function* readRows(options: ReadOptions): AsyncGenerator<Row> {
  const { files, columns, csv, signal, onProgress } = options;
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
    onProgress?.(bytes);
  };
  for (const source of await checkSource(files, columns, csv, { signal }))
    for await (const rows of readSource(source, columns, { signal, onBytes })) {
      signal?.throwIfAborted();
      yield* rows;
    }
}

/** The rows of one file, some at a time. @throws {InvalidInput} where it was cut or its compression is damaged */
export async function* readSource(
  source: SourceLayout & { file: string },
  columns: ColumnSettings,
  options: ReadingOptions = {},
): AsyncGenerator<Row[]> {
  const { file, format, compression, encoding, dialect, width, places } = source;
  if (format === 'parquet') {
    const { id, text, label } = columns;
    yield* readParquet(file, { ...(places.id >= 0 && { id }), text, label }, options.onBytes);
    return;
  }
  const content = readContent(encoding, { file, compression, ...options });
  if (format === 'jsonl') yield* readJsonl(file, content, columns);
  else
    yield* readCsv(file, content, {
      dialect: dialect!,
      width,
      places: [places.id, places.text, places.label],
    });
}
