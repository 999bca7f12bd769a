import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASET_COLUMNS, fastTextLine, readPages, writeCsv } from '../../../lib/corpus/formats.ts';
import type { Page } from '../../../lib/corpus/page.ts';
import { parseFastTextLine, readFastText } from '../../../lib/evaluation/labelled-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writePages } from '../write-pages.ts';

const folder = temporaryFolder();

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('page files', () => {
  const pages: Page[] = [
    { id: '1', text: 'plain', label: 'a' },
    { id: '2', text: 'line\nends, "quotes", \u2028 separators and \ud83d\ude42', label: 'b c' },
  ];

  it('give back what was written', async () => {
    const path = join(folder, 'pages.jsonl');
    assert.equal(await writePages(path, pages), 2);
    assert.deepEqual(await collect(readPages(path)), pages);
  });

  it('do not appear when writing fails half-way', async () => {
    const path = join(folder, 'half.jsonl');
    const failing = async function* () {
      yield pages[0]!;
      throw new Error('no more');
    };
    await assert.rejects(writePages(path, failing()), /no more/);
    assert.equal(existsSync(path) || existsSync(`${path}.partial`), false);
  });
});

describe("fastText's format", () => {
  const LINES: Array<[page: { label: string; text: string }, line: string]> = [
    [{ label: 'wireless', text: 'a b' }, '__label__wireless a b'],
    [{ label: 'health, wellness and  fitness', text: 'a' }, '__label__health,_wellness_and_fitness a'],
    [{ label: 'a', text: 'nul\0byte\r\nline\nend' }, '__label__a nulbyte line end'],
    [{ label: 'a', text: 'x __label__b y' }, '__label__a x b y'],
  ];
  for (const [page, line] of LINES)
    it(`${JSON.stringify(page)} -> ${line}`, () => assert.equal(fastTextLine(page), line));

  it('is read back with the label as it stands', () => {
    assert.deepEqual(parseFastTextLine('__label__real_estate  two words '), {
      label: 'real_estate',
      text: 'two words',
    });
    assert.deepEqual(parseFastTextLine('__label__a'), { label: 'a', text: '' });
    assert.equal(parseFastTextLine('no label here'), undefined);
  });

  it('names the line without a label', async () => {
    const path = join(folder, 'lines.txt');
    writeFileSync(path, '__label__a one\n\nsecond\n');
    await assert.rejects(collect(readFastText(path)), {
      name: 'InvalidInput',
      message: /lines\.txt:3: this line does not begin with a label/,
    });
  });
});

describe('the CSV of the dataset', () => {
  it('quotes what needs it, and says where each record comes from', async () => {
    const path = join(folder, 'dataset.csv');
    const records = [
      { id: '1', text: 'a, "b"', label: 'x', origin: 'real', branch: '' },
      { id: 'g-1', text: 'c\nd', label: 'y', origin: 'generated', branch: 'y' },
    ] as const;
    assert.equal(await writeCsv(path, DATASET_COLUMNS, records), 2);
    assert.equal(
      readFileSync(path, 'utf8'),
      'id,text,label,origin,branch\n1,"a, ""b""",x,real,\ng-1,"c\nd",y,generated,y\n',
    );
  });
});
