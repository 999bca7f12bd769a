import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AllowList } from '../../../lib/artifacts/allow-list.ts';
import { openSources } from '../../../lib/corpus/sources.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const newestOf = async (source: string | string[]) => {
  const { files } = await openSources(source, 'newest', AllowList.everything(), {
    signal: new AbortController().signal,
  });
  return files.map(({ path }) => basename(path));
};

describe('the newest file of a source', () => {
  const folder = temporaryFolder();
  const write = (name: string, day: number) => {
    writeFileSync(join(folder, name), 'id,text,industry\n');
    utimesSync(join(folder, name), day * 86_400, day * 86_400);
  };
  mkdirSync(join(folder, 'other'));
  write('scrape-a.csv', 3);
  write('scrape-b.csv', 9);
  write('scrape-c.csv', 5);
  write('same-1.csv', 4);
  write('same-2.csv', 4);
  write('other/late.jsonl', 20);

  for (const [what, source, newest] of [
    ['of a glob, the one written last', 'scrape-*.csv', ['scrape-b.csv']],
    ['of a folder, the one written last', '', ['late.jsonl']],
    ['of a beginning of names, the one written last', 'scrape-', ['scrape-b.csv']],
    ['of the same moment, the last by name', 'same-?.csv', ['same-2.csv']],
    ['of a file, that file', 'scrape-c.csv', ['scrape-c.csv']],
  ] as const)
    it(what, async () => {
      assert.deepEqual(await newestOf(join(folder, source)), newest);
    });

  it('of a list, one of each', async () => {
    assert.deepEqual(await newestOf([join(folder, 'scrape-*'), join(folder, 'same-*')]), [
      'scrape-b.csv',
      'same-2.csv',
    ]);
  });

  it('is missing where no name begins like this, and the message names what was asked for', async () => {
    await assert.rejects(newestOf(join(folder, 'none-')), /none-: no such file/);
  });
});
