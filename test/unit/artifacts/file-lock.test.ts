import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { tryLock } from '../../../lib/artifacts/file-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('a lock file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = temporaryFolder();
    path = join(folder, 'a.lock');
  });

  it('has one holder, until it is given back', async () => {
    const release = await tryLock(path);
    assert.equal(await tryLock(path), undefined);
    await release!();
    assert.deepEqual(readdirSync(folder), []);
    await (await tryLock(path))!();
  });

  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  for (const [what, content] of [
    ['a dead process', `${pid} ${hostname()}`],
    ['another machine that is silent', '1 elsewhere'],
  ] as const)
    it(`of ${what} goes to one of those who want it at once`, async () => {
      for (let round = 0; round < 20; round++) {
        writeFileSync(path, content);
        const hourAgo = new Date(Date.now() - 3_600_000);
        utimesSync(path, hourAgo, hourAgo);
        const taken = (await Promise.all(Array.from({ length: 8 }, () => tryLock(path)))).filter(Boolean);
        assert.equal(taken.length, 1);
        await taken[0]!();
        assert.deepEqual(readdirSync(folder), []);
      }
    });

  it('of another machine that lives is not taken', async () => {
    writeFileSync(path, '1 elsewhere');
    assert.equal(await tryLock(path), undefined);
  });
});
