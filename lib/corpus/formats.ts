/** Output formats of records: JSONL between stages, fastText, CSV and Parquet for the user. */
import { createReadStream } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { type Many, writeFiles } from './line-file.ts';
import { splitLines } from './lines.ts';
import type { Page } from './page.ts';

/** A record of the balanced dataset. */
export interface DatasetRecord extends Page {
  origin: 'real' | 'generated';
  /** The class whose branch generated it; empty for a real one. */
  branch: string;
}

/** The columns of pages, and of the balanced dataset, in CSV and Parquet. */
export const PAGE_COLUMNS = ['id', 'text', 'label'] as const;
export const DATASET_COLUMNS = [...PAGE_COLUMNS, 'origin', 'branch'] as const;

const BLOCK = 1024 * 1024;

/** The values of a JSONL file, assumed to be `T`s, in file order. */
export async function* readJsonLines<T>(path: string): AsyncGenerator<T> {
  for await (const { text } of splitLines(createReadStream(path, { highWaterMark: BLOCK })))
    yield JSON.parse(text) as T;
}

/** The pages of such a file. */
export const readPages = (path: string): AsyncGenerator<Page> => readJsonLines(path);

/** All of them as an array, or the first ones. */
export async function readAllPages(path: string, most = Number.POSITIVE_INFINITY): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of readPages(path)) if (pages.push(page) >= most) break;
  return pages;
}

/** A page as a line of JSON, without its end. */
export const pageLine = ({ id, text, label }: Page): string => JSON.stringify({ id, text, label });

/**
 * A record as `__label__<class> <text>`: white space in the label becomes `_`; NUL bytes go, line ends become spaces, and a
 * word of the text that looks like a label loses its mark.
 */
export function fastTextLine({ label, text }: Pick<Page, 'label' | 'text'>): string {
  const name = label.replaceAll('\0', '').trim().replace(/\s+/g, '_');
  const words = text
    .replaceAll('\0', '')
    .replace(/[\r\n]+/g, ' ')
    .replace(/(^|\s)(?:__label__)+/g, '$1');
  return `__label__${name} ${words.trim()}`;
}

/** Writes columns of records as a CSV with a header, whole or not at all. @returns how many records there were */
export const writeCsv = <C extends string>(
  path: string,
  columns: readonly C[],
  records: Many<Record<C, string>>,
): Promise<number> =>
  writeFiles({ path }, async ({ path: file }) => {
    await file.write(columns.join(','));
    for await (const record of records) await file.write(csvLine(columns.map((column) => record[column])));
    return file.lines - 1;
  });

/** Writes pages in fastText's format. @returns how many there were */
export const writeFastText = (path: string, pages: Many<Page>): Promise<number> =>
  writeFiles({ path }, async ({ path: file }) => {
    for await (const page of pages) await file.write(fastTextLine(page));
    return file.lines;
  });

/** One line of a CSV, without its end. */
export const csvLine = (fields: ReadonlyArray<string | number>): string =>
  stringify([[...fields]], { record_delimiter: '' });
