import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { referToFile } from '../../../lib/artifacts/digest.ts';
import { FolderStore } from '../../../lib/artifacts/folder-store.ts';
import { merge } from '../../../lib/stages/merge.ts';
import { runStage } from '../../../lib/stages/run-stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writePages } from '../write-pages.ts';

const folder = temporaryFolder();

async function pages(name: string, ids: string[], label: string) {
  const path = join(folder, name);
  const records = await writePages(
    path,
    ids.map((id) => ({ id, text: `text of ${id}, é`, label })),
  );
  return { ...(await referToFile(path)), records };
}

describe('merge', () => {
  it('writes real and generated records as CSV, Parquet and fastText lines, all the same', async () => {
    const store = new FolderStore(join(folder, 'store'));
    const { files, summary } = await runStage(store, merge, {
      train: await pages('train.jsonl', ['r1', 'r2'], 'common'),
      test: await pages('test.jsonl', ['t1'], 'common'),
      branches: [{ class: 'rare', kept: await pages('kept.jsonl', ['g1'], 'rare') }],
    });
    assert.deepEqual(summary, { real: 2, generated: 1 });
    const read = async (name: string) => readFileSync(await store.open(files[name]!));
    const parquet = await read('balanced.parquet');
    const rows = await parquetReadObjects({ file: new Uint8Array(parquet).buffer });
    assert.deepEqual(
      rows.map(({ id, text, label, origin, branch }) => [id, text, label, origin, branch]),
      [
        ['r1', 'text of r1, é', 'common', 'real', ''],
        ['r2', 'text of r2, é', 'common', 'real', ''],
        ['g1', 'text of g1, é', 'rare', 'generated', 'rare'],
      ],
    );
    assert.equal(
      (await read('balanced.csv')).toString().split('\n')[3],
      'g1,"text of g1, é",rare,generated,rare',
    );
    assert.equal((await read('test.txt')).toString(), '__label__common text of t1, é\n');
    for (const form of ['csv', 'parquet', 'txt']) {
      assert.equal(files[`balanced.${form}`]!.records, 3);
      assert.equal(files[`test.${form}`]!.records, 1);
    }
  });
});
