import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDemoCorpus } from '../../../../lib/corpus/demo/demo-corpus.ts';
import { createBlockJudge } from '../../../../lib/corpus/judging/judge-block.ts';
import { readJudgedRows } from '../../../../lib/corpus/judging/judged-rows.ts';
import {
  closeVerdictCache,
  keepVerdicts,
  openVerdictCache,
  VerdictIndex,
} from '../../../../lib/corpus/judging/verdict-cache.ts';
import { type PrepareOptions, prepareCorpus } from '../../../../lib/corpus/prepare.ts';
import { cutCsv } from '../../../../lib/corpus/source/csv-blocks.ts';
import type { Dialect } from '../../../../lib/corpus/source/dialect.ts';
import { parseSettings } from '../../../../lib/settings/parse.ts';
import { prepareSettings } from '../../../../lib/settings/prepare-settings.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = temporaryFolder();
const DIALECT: Dialect = { delimiter: ',', quote: '"', escape: '"', lineEnd: '\n' };
const HEADER = ['id', 'text', 'industry', 'seen'];
const ROWS = Array.from({ length: 30 }, (_, at) => [
  `r${at}`,
  `The people of house ${at} build the walls and the roofs of the town.`,
  at % 2 === 0 ? 'roofs' : ' Walls\u00e9 ',
  'monday',
]);

/** The judged block of some rows, with what a folder remembers. */
async function judgeRows(rows: string[][], { cache, seed = 1 }: { cache?: string; seed?: number } = {}) {
  const settings = prepareSettings(parseSettings({ source: 'x', split: { seed } }));
  const cached = cache === undefined ? undefined : await openVerdictCache(cache, settings);
  const judge = await createBlockJudge(settings, cached);
  const text = [HEADER, ...rows].map((row) => `${row.map((field) => `"${field}"`).join(',')}\n`).join('');
  const content = async function* () {
    yield Buffer.from(text);
  };
  for await (const piece of cutCsv('f.csv', content(), DIALECT, HEADER.length)) {
    if (piece.kind === 'rejected') continue;
    const judged = judge(piece, { dialect: DIALECT, columns: HEADER });
    closeVerdictCache(cached);
    return judged;
  }
  throw new Error('no block');
}

/** A folder that remembers rows. */
async function remember(rows: string[][]): Promise<string> {
  const cache = temporaryFolder();
  const { entries, verdicts } = await judgeRows(rows);
  const file = join(cache, 'judged.rows');
  writeFileSync(file, entries);
  const index = new VerdictIndex(verdicts.length);
  for await (const { bytes, starts, place } of readJudgedRows(file))
    for (const at of starts) index.add(bytes, at, place + at);
  await keepVerdicts(cache, prepareSettings(parseSettings({ source: 'x' })), file, index.table);
  return cache;
}

/** Rows of which one field is another. */
const changed = (at: number, field: number, value: string) =>
  ROWS.map((row, number) => (number === at ? row.with(field, value) : row));

describe('a judged block', () => {
  let cache: string;
  before(async () => {
    cache = await remember(ROWS);
  });

  for (const [what, rows, seed, remembered] of [
    ['are all the same', ROWS, 1, 30],
    ['stand in another order', ROWS.toReversed(), 1, 30],
    ['changed in a column that is not read', ROWS.map((row) => row.with(3, 'tuesday')), 1, 30],
    ['have another label', changed(4, 2, 'doors'), 1, 30],
    ['have another id', changed(4, 0, 'x'), 1, 30],
    ['have another text', changed(4, 1, 'The people of this house paint the doors.'), 1, 29],
    ['are split by another seed', ROWS, 2, 30],
    ['are fewer', ROWS.slice(3, 20), 1, 17],
  ] as const)
    it(`is the same with what is remembered and without where rows ${what}`, async () => {
      const known = await judgeRows([...rows], { cache, seed });
      assert.equal(known.remembered, remembered);
      assert.deepEqual({ ...known, remembered: 0 }, await judgeRows([...rows], { seed }));
    });

  it('is judged anew where the files that remember are cut short', async () => {
    const broken = await remember(ROWS);
    for (const name of readdirSync(broken))
      if (!name.endsWith('.json')) truncateSync(join(broken, name), 100);
    const { remembered, ...rest } = await judgeRows(ROWS, { cache: broken });
    assert.equal(remembered, 0);
    assert.deepEqual({ ...rest, remembered }, await judgeRows(ROWS));
  });
});

describe('the prepared files of a refreshed scrape', () => {
  const settings = { classes: { frequent: 5, rare: 5, minRecords: 20 } };
  const write = (name: string, lines: string[]) => {
    const file = join(folder, name);
    writeFileSync(file, lines.join('\n'));
    return file;
  };
  let outs = 0;

  async function prepare(file: string, options: Partial<PrepareOptions> = {}) {
    const out = join(folder, `out-${++outs}`);
    mkdirSync(out);
    const summary = await prepareCorpus({
      files: [file],
      settings: prepareSettings(parseSettings({ source: file, ...settings })),
      out,
      ...options,
    });
    const bytes = ['train.jsonl', 'test.jsonl', 'rejected.csv', 'records.bin'].map((name) =>
      readFileSync(join(out, name)).toString('base64'),
    );
    return { bytes, summary: { ...summary, sources: [] } };
  }

  /** Lines before and after each end of a block, which is where a read of 1 MiB ends. */
  function atBorders(lines: readonly string[]): number[] {
    const borders: number[] = [];
    let bytes = 0;
    for (const [at, line] of lines.entries()) {
      const end = bytes + Buffer.byteLength(line) + 1;
      if (Math.floor(end / 2 ** 20) > Math.floor(bytes / 2 ** 20)) borders.push(at - 1, at, at + 1);
      bytes = end;
    }
    return borders;
  }

  it('do not depend on what is remembered, nor on threads, where rows at the ends of blocks changed, came or went', async () => {
    const source = join(folder, 'scrape.csv');
    await writeDemoCorpus(source, { pages: 4000 });
    const lines = readFileSync(source, 'utf8').split('\n');
    const borders = atBorders(lines);
    assert.ok(borders.length >= 6);
    const at = new Set(borders);
    const versions = {
      changed: lines.map((line, number) => (at.has(number) ? line.replace(/\. /, '. Today ') : line)),
      removed: lines.filter((_, number) => !at.has(number)),
      added: lines.flatMap((line, number) => (at.has(number) ? [line, line.replace(/^hp/, 'new')] : [line])),
    };
    const cache = join(folder, 'cache');
    await prepare(source, { cache });
    for (const [name, version] of Object.entries(versions)) {
      const file = write(`${name}.csv`, version);
      const anew = await prepare(file, { threads: 1 });
      for (const threads of [1, 3]) {
        await prepare(source, { cache });
        assert.deepEqual(await prepare(file, { threads, cache }), anew, `${name}, ${threads} threads`);
      }
    }
  }).timeout(120_000);
});
