/** Streams the rows of CSV and JSONL files; memory does not grow with their size. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ColumnSettings } from '../settings/settings.ts';
import { readCsvRows } from './csv-rows.ts';
import { checkSource, type SourceFile } from './inspect.ts';
import { readJsonlRows } from './jsonl-rows.ts';
import type { Row } from './rows.ts';

export interface ReadOptions {
  /** Local files, read one after the other. */
  files: string[];
  columns: ColumnSettings;
  signal?: AbortSignal | undefined;
  /** Called with the bytes read so far from disk, over all files. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * The rows of files, dirty ones mended or marked as rejected.
 * @throws {InvalidInput} where a file is missing, empty, not text, lacks a column or was cut in the middle
 */
export async function* readRows({ files, columns, signal, onProgress }: ReadOptions): AsyncGenerator<Row> {
  let bytes = 0;
  for (const source of await checkSource(files, columns)) {
    const content = openContent(source, signal, (more) => {
      bytes += more;
      onProgress?.(bytes);
    });
    const read = source.format === 'csv' ? readCsvRows : readJsonlRows;
    yield* read(source, columns, content);
  }
}

function openContent(
  { file, gzip }: SourceFile,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Readable {
  const disk = createReadStream(file, { highWaterMark: 256 * 1024 });
  disk.on('data', (chunk) => onBytes(chunk.length));
  const content = gzip ? createGunzip() : new PassThrough();
  pipeline(disk, content, { signal }).catch((cause: NodeJS.ErrnoException) => {
    content.destroy(
      cause.code === 'Z_BUF_ERROR' || cause.code === 'Z_DATA_ERROR' ? damaged(file, cause) : cause,
    );
  });
  return content;
}

const damaged = (file: string, cause: Error) =>
  new InvalidInput(
    file,
    `its gzip compression ends in the middle or is damaged (${cause.message})`,
    'Copy or compress the file again; "gzip -t" checks it.',
  );
