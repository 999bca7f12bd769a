import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AllowList } from '../../../lib/artifacts/allow-list.ts';
import { openSources } from '../../../lib/corpus/sources.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
mkdirSync(at('part/deep'), { recursive: true });
mkdirSync(at('nothing'));
for (const name of [
  'b.csv',
  'a.jsonl.gz',
  'c.parquet',
  'd.csv.zst',
  'notes.md',
  'part/e.tsv',
  'part/deep/f.ndjson',
])
  writeFileSync(at(name), 'x');

writeFileSync(at('empty.csv'), '');

const open = (source: string | string[]) =>
  openSources(source, 'all', AllowList.everything(), { signal: new AbortController().signal });
const paths = async (source: string | string[]) => (await open(source)).files.map(({ path }) => path);
const FOLDER = ['a.jsonl.gz', 'b.csv', 'c.parquet', 'd.csv.zst', 'part/deep/f.ndjson', 'part/e.tsv'];

describe('openSources', () => {
  const CASES: Array<[what: string, source: string | string[], files: string[]]> = [
    ['a file, whatever its name', at('notes.md'), ['notes.md']],
    ['a file:// address', pathToFileURL(at('b.csv')).href, ['b.csv']],
    ['a folder: its datasets by path', folder, FOLDER],
    ['a glob: its files by path', at('**/*.{csv,tsv}'), ['b.csv', 'part/e.tsv']],
    [
      'a list: in its order, no file twice',
      [at('part/e.tsv'), at('b.csv'), at('*.csv')],
      ['part/e.tsv', 'b.csv'],
    ],
  ];
  for (const [what, source, files] of CASES)
    it(`takes ${what}`, async () => assert.deepEqual(await paths(source), files.map(at)));

  const MISTAKES: Array<[what: string, source: string, message: RegExp]> = [
    ['a missing file', at('none.csv'), /no such file.*Looked for it at/],
    ['a glob that matches nothing', at('*.xml'), /no file matches this pattern/],
    ['a folder without datasets', at('nothing'), /this folder holds no dataset.*\.parquet/],
    ['an address that cannot be read', 'ftp://host/a.csv', /cannot be read from ftp:/],
  ];
  for (const [what, source, message] of MISTAKES)
    it(`refuses ${what}`, () => assert.rejects(open(source), { name: 'InvalidInput', message }));

  it('names the files of a folder or a glob that it passes over: other kinds, and empty ones', async () => {
    assert.deepEqual((await open(folder)).passedOver, [at('empty.csv'), at('notes.md')]);
    assert.deepEqual((await open(at('*.{csv,md}'))).passedOver, [at('empty.csv')]);
    await assert.rejects(open(at('e*.csv')), /all files that match this pattern are empty/);
  });
});
