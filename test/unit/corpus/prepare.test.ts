import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { readPages } from '../../../lib/corpus/formats.ts';
import { type PrepareOptions, prepareCorpus } from '../../../lib/corpus/prepare.ts';
import { createRandom } from '../../../lib/random/random.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { prepareSettings } from '../../../lib/settings/prepare-settings.ts';
import type { RunInput } from '../../../lib/settings/settings.ts';
import { sideOf } from '../side-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { collect } from './collect.ts';

const folder = temporaryFolder();
let runs = 0;

type Record = [id: string, text: string, industry: string];

const csvOf = (records: Record[]) =>
  ['id,text,industry', ...records.map((fields) => fields.map((field) => `"${field}"`).join(','))]
    .join('\n')
    .concat('\n');

function write(content: string, name = `${runs}.csv`): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Prepares files in a new folder, every class kept. */
async function prepare(
  files: string | string[],
  change: Partial<RunInput> = {},
  options: Partial<PrepareOptions> = {},
) {
  const out = join(folder, `out-${++runs}`);
  mkdirSync(out);
  const settings = prepareSettings(
    parseSettings({ source: files, classes: { frequent: 3, rare: 3, minRecords: 3 }, ...change }),
  );
  const summary = await prepareCorpus({ files: [files].flat(), settings, out, ...options });
  const train = await collect(readPages(join(out, 'train.jsonl')));
  const test = await collect(readPages(join(out, 'test.jsonl')));
  return { out, summary, train, test, pages: [...train, ...test] };
}

const random = createRandom(1, 'pages');
const SUBJECTS = 'the engineers|our people|these builders|some local crews|two brothers|the owners'.split(
  '|',
);
const VERBS = 'repair|build|paint|deliver|restore|design|measure|check'.split('|');
const THINGS =
  'old roofs|garden walls|brick houses|wooden floors|garages|stone bridges|barns|kitchens|stairs'.split('|');
const sentence = () =>
  `${random.pick(SUBJECTS)} ${random.pick(VERBS)} ${random.pick(THINGS)} for ${random.pick(THINGS)} ${random.int(1000)}`;
const english = () => `Menu. ${Array.from({ length: 8 }, sentence).join('. ')}. Copyright. All rights`;

/** Records of two classes, all different. */
const records = (count: number, from = 0): Record[] =>
  Array.from({ length: count }, (_, at) => [`r${from + at}`, english(), at % 4 === 0 ? 'rare' : 'common']);

describe('prepareCorpus', () => {
  it('leaves a class with few records all of them to learn from, and duplicates on one side', async () => {
    const twice = records(300).flatMap(([id, text, label]): Record[] => [
      [id, text, label],
      [`${id}-again`, text, label],
    ]);
    const lonely = Array.from({ length: 12 }, (_, at): Record => [`few${at}`, english(), 'few']);
    const { out, train } = await prepare(write(csvOf([...twice, ...lonely])), {
      duplicates: { drop: 'none' },
      evaluation: { validation: 0.9 },
      generate: { target: 'auto' },
    });
    const learn = await collect(readPages(join(out, 'learn.jsonl')));
    const validation = await collect(readPages(join(out, 'validation.jsonl')));
    assert.equal(learn.length + validation.length, train.length);
    assert.ok(validation.length > learn.length);
    for (const label of ['common', 'rare', 'few']) assert.ok(learn.some((page) => page.label === label));
    const known = new Set(learn.map(({ text }) => text));
    assert.ok(validation.every(({ text }) => !known.has(text)));
  });

  it('cleans, splits by the hash of the id, and counts what it did', async () => {
    const rows = records(200);
    const { summary, train, test } = await prepare(write(csvOf(rows)));
    assert.equal(summary.read, 200);
    assert.deepEqual(
      summary.classes.map(({ name, kind }) => [name, kind]),
      [
        ['common', 'frequent'],
        ['rare', 'rare'],
      ],
    );
    assert.deepEqual([summary.train, summary.test], [train.length, test.length]);
    assert.equal(train.length + test.length, 200);
    for (const { id } of test) assert.equal(sideOf(id, { test: 0.15, seed: 42 }), 'test');
    assert.ok(train.every(({ text }) => !text.includes('Menu') && !text.includes('Copyright')));
  });

  it('keeps every row on its side when others are added, changed and removed', async () => {
    const rows = records(300);
    const before = await prepare(write(csvOf(rows)));
    const changed = rows
      .filter((_, at) => at % 7 !== 0)
      .map(([id, text, industry], at): Record => [id, at % 5 === 0 ? english() : text, industry]);
    const after = await prepare(write(csvOf([...records(100, 1000), ...changed].reverse())));
    const sides = new Map(before.pages.map((page) => [page.id, before.test.includes(page)]));
    for (const page of after.pages)
      if (sides.has(page.id)) assert.equal(after.test.includes(page), sides.get(page.id), page.id);
  });

  it('drops exact and near duplicates before the split, counted by class, with what they repeat', async () => {
    const rows = records(100);
    const [, text] = rows[4]!;
    const near = text.replace('Menu', 'Home').replace(/\d+/, '77');
    rows.push(['copy', text, 'common'], ['near', near, 'common']);
    const { summary, pages } = await prepare(write(csvOf(rows)));
    assert.deepEqual(summary.dropped['duplicate text'], { common: 1 });
    assert.deepEqual(summary.dropped['near-duplicate text'], { common: 1 });
    assert.equal(summary.samples['near-duplicate text']![0]!.id, 'near');
    assert.equal(summary.samples['near-duplicate text']![0]!.duplicateOf, 'r4');
    // The class of r4 is rare, that of its copies is not.
    assert.equal(summary.conflicts, 2);
    assert.ok(!pages.some(({ id }) => id === 'copy' || id === 'near'));
  });

  for (const [drop, left] of [
    ['near', 1],
    ['exact', 2],
    ['none', 3],
  ] as const)
    it(`with duplicates.drop ${drop} leaves ${left} of a page, its copy and its near copy, all on one side`, async () => {
      for (let round = 0; round < 8; round++) {
        const rows = records(60);
        const [, text] = rows[5]!;
        rows.push([`copy${round}`, text, 'common'], [`near${round}`, text.replace(/\d+/, '9'), 'common']);
        const { test, pages } = await prepare(write(csvOf(rows)), {
          duplicates: { drop },
          split: { test: 0.5 },
        });
        const same = pages.filter(({ id }) => ['r5', `copy${round}`, `near${round}`].includes(id));
        assert.equal(same.length, left);
        assert.equal(new Set(same.map((page) => test.includes(page))).size, 1);
      }
    });

  it('of a repeated id keeps the last, over several files', async () => {
    const first = write(csvOf([...records(60), ['twice', english(), 'common']]), 'first.csv');
    const second = write(
      csvOf([['twice', `Menu. A newer text of this record. ${english()}`, 'rare']]),
      'second.csv',
    );
    const { summary, pages } = await prepare([first, second]);
    const [found] = pages.filter(({ id }) => id === 'twice');
    assert.equal(found!.label, 'rare');
    assert.match(found!.text, /newer text/);
    assert.deepEqual(summary.dropped['repeated id'], { common: 1 });
  });

  it('gives records without ids one each, the same in the next run, and keeps equal ones on one side', async () => {
    const rows = records(60).map(([, text, label]) => [text, label]);
    const csv = (some: string[][]) =>
      `text,industry\n${some.map((fields) => fields.map((field) => `"${field}"`).join(',')).join('\n')}\n`;
    const twice = [...rows, rows[5]!, rows[6]!, rows[5]!];
    const settings = { duplicates: { drop: 'none' as const }, split: { test: 0.4 } };
    const one = await prepare(write(csv(twice)), settings);
    assert.equal(one.pages.length, 63);
    assert.equal(new Set(one.pages.map(({ id }) => id)).size, 63);
    const sides = new Map<string, Set<boolean>>();
    for (const page of one.pages)
      sides.set(page.text, new Set([...(sides.get(page.text) ?? []), one.test.includes(page)]));
    for (const side of sides.values()) assert.equal(side.size, 1);
    const refreshed = await prepare(write(csv([...twice].reverse())), settings);
    assert.deepEqual(new Set(refreshed.pages.map(({ id }) => id)), new Set(one.pages.map(({ id }) => id)));
    const { summary } = await prepare(write(csv(twice)));
    assert.deepEqual(summary.dropped, { 'duplicate text': { common: 3 } });
    assert.deepEqual(summary.repaired, { 'id made from the text': 63 });
  });

  it('with duplicates.drop exact leaves thousands of different titles to the split by their ids', async () => {
    const titles = records(3000).map(([id, , industry], at): Record => [id, `Title number ${at}`, industry]);
    const { test, pages } = await prepare(write(csvOf(titles)), {
      duplicates: { drop: 'exact' },
      language: null,
      cleaning: { trimSentences: false },
    });
    assert.equal(pages.length, 3000);
    for (const { id } of test) assert.equal(sideOf(id, { test: 0.15, seed: 42 }), 'test');
    assert.ok(Math.abs(test.length / 3000 - 0.15) < 0.02);
  });

  it('gives each class a record on both sides, and names those that it moved', async () => {
    const moved = new Set<string>();
    for (let seed = 0; seed < 12; seed++) {
      const { summary } = await prepare(write(csvOf(records(60))), {
        split: { test: 0.03, seed },
      });
      for (const { name, test, train } of summary.classes) assert.ok(test > 0 && train > 0, name);
      for (const { id, side } of summary.moved) {
        assert.equal(side, 'test');
        assert.equal(sideOf(id, { test: 0.03, seed }), 'train');
        moved.add(id);
      }
    }
    assert.ok(moved.size > 0);
  });

  it('takes spellings of a label that differ in case or spaces for one class', async () => {
    const rows = records(80).map(
      ([id, text, industry], at): Record => [id, text, at === 1 ? '  Common' : industry],
    );
    const { summary, pages } = await prepare(write(csvOf(rows)));
    assert.deepEqual(summary.mergedLabels, [{ from: 'Common', to: 'common', records: 1 }]);
    assert.deepEqual([...new Set(pages.map(({ label }) => label))].sort(), ['common', 'rare']);
  });

  it('says how each file was read', async () => {
    const { summary } = await prepare(
      write(csvOf(records(60)).replaceAll('","', '";"').replace(/^.*\n/, 'id;text;industry\n')),
    );
    assert.deepEqual(
      summary.sources.map(({ delimiter, encoding }) => [delimiter, encoding]),
      [[';', 'utf-8']],
    );
  });

  it('sets unreadable rows aside in rejected.csv, by file, line and reason', async () => {
    const rows = csvOf(records(100))
      .replace('"r50"', 'broken\n"r50"')
      .replace(/"r60",".*?"/, '"r60",""');
    const { out, summary } = await prepare(write(rows, 'dirty.csv'));
    assert.deepEqual(summary.rejected, { 'wrong number of fields': 1, 'empty text': 1 });
    assert.deepEqual(readFileSync(join(out, 'rejected.csv'), 'utf8').split('\n'), [
      'file,line,reason,start',
      'dirty.csv,52,wrong number of fields: 1 in place of 3,broken',
      'dirty.csv,63,empty text,rare',
      '',
    ]);
  });

  it('fails where more than maxRejected of the rows are, and shows the first three', async () => {
    const rows = csvOf(records(94)) + 'x\n'.repeat(6);
    const message =
      /6 of 100 rows cannot be read \(.*:96 wrong number of fields: 1 in place of 3; .*:97 .*; .*:98 [^;]*\)\. At most 5 %/;
    await assert.rejects(prepare(write(rows)), { name: 'InvalidInput', message });
    assert.equal((await prepare(write(rows), { maxRejected: 0.06 })).summary.read, 100);
  });

  for (const [what, change, message] of [
    ['no class above minRecords', { classes: { minRecords: 1000 } }, /no class has more than 1000 records/],
    [
      'a class with 3 records',
      { classes: { include: ['common', 'tiny'], rare: ['tiny'] } },
      /"tiny" has 3 records/,
    ],
  ] as const)
    it(`refuses ${what}`, () => {
      const rows = [...records(60), ...records(3, 500).map(([id, text]): Record => [id, text, 'tiny'])];
      return assert.rejects(prepare(write(csvOf(rows)), change as Partial<RunInput>), {
        name: 'InvalidInput',
        message,
      });
    });

  it('refuses a header without rows', () =>
    assert.rejects(prepare(write('id,text,industry\n')), {
      message: /there is a header, and no row below it/,
    }));
});

describe('the prepared files', () => {
  const source = join(folder, 'demo.csv');
  const settings = { classes: { frequent: 5, rare: 5, minRecords: 20 } };
  const bytesOf = (out: string) =>
    ['train.jsonl', 'test.jsonl', 'rejected.csv'].map((name) =>
      readFileSync(join(out, name)).toString('base64'),
    );

  before(() => writeDemoCorpus(source, { pages: 2500 }));

  it('and the summary are the same on one thread and on three, and nothing else is in the folder', async () => {
    const one = await prepare(source, settings, { threads: 1 });
    const three = await prepare(source, settings, { threads: 3 });
    assert.deepEqual(bytesOf(three.out), bytesOf(one.out));
    assert.deepEqual(three.summary, one.summary);
    for (const { out } of [one, three])
      assert.deepEqual(readdirSync(out).sort(), ['rejected.csv', 'test.jsonl', 'train.jsonl']);
  });

  it('have their names only when they are whole: a cancelled preparation leaves nothing', async () => {
    for (const threads of [1, 2]) {
      const out = join(folder, `cancelled-${threads}`);
      mkdirSync(out);
      const abort = new AbortController();
      await assert.rejects(
        prepareCorpus({
          files: [source],
          settings: prepareSettings(parseSettings({ source, ...settings })),
          out,
          threads,
          signal: abort.signal,
          onProgress: ({ phase, done }) => {
            if (phase === 'clean' && done > 500_000) abort.abort();
          },
        }),
        { name: 'AbortError' },
      );
      assert.deepEqual(readdirSync(out), []);
    }
  });
});
