import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { fastTextLine } from '../corpus/formats.ts';
import { tidyLabel } from '../corpus/labels.ts';
import { splitLines } from '../corpus/lines.ts';
import type { Page } from '../corpus/page.ts';
import { readRows } from '../corpus/read.ts';
import { rejectionReason } from '../corpus/rows.ts';
import { beginningOf } from '../corpus/source/stored.ts';
import { LABEL_PREFIX } from '../fasttext/tokens.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ColumnSettings } from '../settings/settings.ts';

/**
 * Reads labelled records, one list per file: fastText's format where the file begins with a label or is called
 * `.txt`, CSV or JSONL otherwise. Where fastText's format is among them, all labels are spelled as there, with `_` for
 * white space, so that a class has one name.
 * @throws {InvalidInput} for a file that is missing, empty, of another form, or has a row that cannot be read
 */
export async function readLabelledFiles(
  files: readonly string[],
  columns: ColumnSettings,
  signal?: AbortSignal,
): Promise<Page[][]> {
  const inFastText = await Promise.all(files.map(isFastText));
  const respell = inFastText.includes(true);
  const lists: Page[][] = [];
  for (const [index, file] of files.entries()) {
    const pages: Page[] = [];
    for await (const page of inFastText[index] ? readFastText(file) : readTable(file, columns, signal)) {
      signal?.throwIfAborted();
      pages.push(respell ? { ...page, label: parseFastTextLine(fastTextLine(page))!.label } : page);
    }
    if (pages.length === 0) throw new InvalidInput(file, 'has no records', 'Name a file with records.');
    lists.push(pages);
  }
  return lists;
}

/** Rows of a CSV or JSONL file. Each must be a record: skipping any would silently change the metrics. */
async function* readTable(file: string, columns: ColumnSettings, signal?: AbortSignal): AsyncGenerator<Page> {
  // Evaluation does not use ids, so they may be missing.
  const named = { ...columns, id: columns.text };
  let record = 0;
  for await (const row of readRows({ files: [file], columns: named, signal })) {
    record++;
    if (row.kind === 'rejected') {
      throw new InvalidInput(
        `${file}:${row.line}`,
        `this row is no record (${rejectionReason(row)})`,
        'Repair or remove it; `npx counterpoise clean` sets such rows aside.',
      );
    }
    yield { id: String(record), text: row.text, label: tidyLabel(row.label) };
  }
}

async function isFastText(file: string): Promise<boolean> {
  const { first } = await beginningOf(file, 64);
  return extname(file) === '.txt' || first.toString().trimStart().startsWith(LABEL_PREFIX);
}

/** Label (white space as `_`) and text of a line of fastText's format; undefined where it does not begin with a label. */
export function parseFastTextLine(line: string): Pick<Page, 'label' | 'text'> | undefined {
  const match = /^\s*__label__(\S+)(?:\s+|$)/.exec(line);
  return match ? { label: match[1]!, text: line.slice(match[0].length).trim() } : undefined;
}

/**
 * Records of a file in fastText's format; the id is the number of the line, from 1.
 * @throws {InvalidInput} naming the first line that has no label, or several: a second one would leak the answer
 */
export async function* readFastText(path: string): AsyncGenerator<Page> {
  let line = 0;
  for await (const { text } of splitLines(createReadStream(path))) {
    line++;
    if (text.trim() === '') continue;
    const refuse = (problem: string, form: string) => new InvalidInput(`${path}:${line}`, problem, form);
    const record = parseFastTextLine(text);
    if (!record)
      throw refuse('this line does not begin with a label', 'Write "__label__<class> <text>" on a line.');
    if (record.text.split(/\s+/).some((word) => word.startsWith(LABEL_PREFIX)))
      throw refuse(
        'this line has several labels',
        'An evaluation takes one class a record: keep one of each line.',
      );
    yield { id: String(line), ...record };
  }
}
