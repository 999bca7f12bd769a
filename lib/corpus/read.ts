/** Streams the pieces and rows of sources; memory does not grow with their size. */
import type { ColumnSettings, CsvSettings } from '../settings/settings.ts';
import { rowsOfBlock } from './block-rows.ts';
import { checkSource, type SourceFile } from './inspect.ts';
import type { Row } from './rows.ts';
import type { Piece } from './source/block.ts';
import { readContent } from './source/content.ts';
import { cutCsv } from './source/csv-blocks.ts';
import { cutJsonl } from './source/jsonl-blocks.ts';
import { openSource } from './source/open-source.ts';
import { readParquet } from './source/parquet.ts';

export interface ReadOptions {
  /** Local files, read one after the other. */
  files: string[];
  columns: ColumnSettings;
  /** What is known of the dialect of CSV files; the rest is found out. */
  csv?: CsvSettings | undefined;
  signal?: AbortSignal | undefined;
  /** Called with the bytes read so far from disk, over all files. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * The rows of files, dirty ones mended or marked as rejected.
 * @throws {InvalidInput} where a file is missing, empty, no dataset, lacks a column or was cut in the middle
 */
export async function* readRows({
  files,
  columns,
  csv,
  signal,
  onProgress,
}: ReadOptions): AsyncGenerator<Row> {
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
    onProgress?.(bytes);
  };
  for (const source of await checkSource(files, columns, csv))
    for await (const piece of readPieces(source, columns, { signal, onBytes })) {
      signal?.throwIfAborted();
      if (piece.kind === 'rejected') yield piece;
      else yield* rowsOfBlock(piece, source, columns);
    }
}

/**
 * A source cut into blocks, and what of it cannot stand in one.
 * @param options `onBytes` is told how many more bytes were read from disk
 * @throws {InvalidInput} where it was cut in the middle or its compression is damaged
 */
export async function* readPieces(
  source: SourceFile,
  columns: ColumnSettings,
  options: { signal?: AbortSignal | undefined; onBytes?: ((bytes: number) => void) | undefined } = {},
): AsyncGenerator<Piece> {
  const { file, format, compression, encoding, dialect } = source;
  const opened = await openSource(file);
  if (format === 'parquet') {
    yield* readParquet(file, opened, columns, options.onBytes);
    return;
  }
  const content = readContent(opened.stream(), { file, compression, encoding, ...options });
  if (format === 'jsonl') yield* cutJsonl(file, content);
  else yield* cutCsv(file, content, dialect!, source.columns.length);
}
