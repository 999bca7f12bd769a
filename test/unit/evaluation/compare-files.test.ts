import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvLine, fastTextLine } from '../../../lib/corpus/formats.ts';
import type { Page } from '../../../lib/corpus/page.ts';
import { compareFiles, type FileComparison } from '../../../lib/evaluation/compare-files.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { makePages } from './pages.ts';

const { classifier: paper, evaluation } = settingsSchema.parse({
  source: 'none',
  evaluation: { resamples: 200 },
});
const columns = { id: 'id', text: 'text', label: 'topic' };

const pages = {
  train: makePages({ 'crude oil': 60, gold: 10 }),
  test: makePages({ 'crude oil': 10, gold: 10 }, 2),
  add: makePages({ gold: 15 }, 3),
};

const FORMATS: Record<string, (pages: readonly Page[]) => string[]> = {
  txt: (list) => list.map(fastTextLine),
  csv: (list) => ['text,topic', ...list.map(({ text, label }) => csvLine([text, label]))],
  jsonl: (list) => list.map(({ text, label }) => JSON.stringify({ text, topic: label })),
};

describe('comparing files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(name: string, lines: readonly string[]): Promise<string> {
    await writeFile(join(folder, name), `${lines.join('\n')}\n`);
    return join(folder, name);
  }

  async function writeAll(format: string) {
    const lines = FORMATS[format]!;
    return {
      train: await write(`train.${format}`, lines(pages.train)),
      test: await write(`test.${format}`, lines(pages.test)),
      add: [await write(`add.${format}`, lines(pages.add))],
    };
  }

  const compareAll = (files: Pick<FileComparison, 'train' | 'test' | 'add' | 'methods'>) =>
    compareFiles({ ...files, columns, classifier: { ...paper, dim: 10, lr: 0.5 }, evaluation });

  const compare = async (files: Pick<FileComparison, 'train' | 'test' | 'add' | 'methods'>) =>
    (await compareAll(files)).methods;

  it('refuses a line of several labels, which would tell the classifier what it ought to find out', async () => {
    const files = await writeAll('txt');
    const test = await write('several.txt', ['__label__gold rings', '__label__gold __label__oil a barrel']);
    await assert.rejects(compare({ ...files, test }), {
      name: 'InvalidInput',
      message: /several\.txt:2: this line has several labels\. /,
    });
  });

  for (const format of Object.keys(FORMATS)) {
    it(`evaluates every method on files without ids: ${format}`, async () => {
      const results = await compare(await writeAll(format));
      assert.deepEqual(
        Object.entries(results).map(([method, { records }]) => [method, records]),
        [
          ['regular', 70],
          ['undersample', 20],
          ['oversample', 120],
          ['generated', 85],
          ['generatedOversample', 120],
        ],
      );
      assert.ok(results.oversample!.macroF1 > 0.9);
    });
  }

  it('gives the same figures for the same records in every format', async () => {
    const [text, table] = [await compare(await writeAll('txt')), await compare(await writeAll('csv'))];
    for (const [method, { microF1, macroF1, perSeed }] of Object.entries(table)) {
      const other = text[method as 'regular']!;
      assert.deepEqual([other.microF1, other.macroF1], [microF1, macroF1]);
      assert.equal(other.perSeed[0]!.recall.crude_oil, perSeed[0]!.recall['crude oil']);
    }
  });

  it('gives a class one name where the formats differ', async () => {
    const train = await write('train.txt', FORMATS.txt!(pages.train));
    const test = await write('test.csv', FORMATS.csv!(pages.test));
    const { regular } = await compare({ train, test });
    assert.deepEqual(Object.keys(regular!.recall), ['crude_oil', 'gold']);
    assert.ok(regular!.recall.crude_oil! > 0.9);
  });

  it("knows fastText's format by its first line too, and leaves out methods that have no records", async () => {
    const train = await write('train', FORMATS.txt!(pages.train));
    const test = await write('test', FORMATS.txt!(pages.test));
    assert.deepEqual(Object.keys(await compare({ train, test })), ['regular', 'undersample', 'oversample']);
    assert.deepEqual(Object.keys(await compare({ train, test, methods: ['undersample'] })), ['undersample']);
  });

  it('compares them under every protocol, and says how many records were added', async () => {
    const { comparison, added } = await compareAll(await writeAll('txt'));
    assert.deepEqual(Object.keys(comparison.protocols), ['paper', 'equal-updates', 'tuned']);
    assert.equal(added, 15);
  });

  const mistakes: [string, string, string[], RegExp][] = [
    ['a line without a label', 'bad.txt', ['__label__gold x', 'gold y'], /bad\.txt:2: .*label/],
    ['a missing column', 'bad.csv', ['text,class', 'x,gold'], /columns\.label.*no column "topic"/],
    ['a row of too many fields', 'bad.csv', ['text,topic', 'x,gold', 'y,gold,z'], /bad\.csv:3: .*fields/],
    ['an empty file', 'bad.txt', [''], /no records/],
  ];
  for (const [what, name, lines, message] of mistakes) {
    it(`names the place of ${what}`, async () => {
      const { train } = await writeAll('csv');
      const test = await write(name, lines);
      await assert.rejects(compare({ train, test }), { name: 'InvalidInput', message });
    });
  }

  it('names a file that is not there', async () => {
    const { test } = await writeAll('txt');
    await assert.rejects(compare({ train: join(folder, 'none.txt'), test }), {
      name: 'InvalidInput',
      message: /none\.txt: no such file/,
    });
  });
});
