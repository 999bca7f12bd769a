import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { asDiskFull } from '../../../lib/artifacts/disk-full.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writePages } from '../write-pages.ts';

describe('a disk that is full', () => {
  it('is named, and told what to do about', async () => {
    const folder = temporaryFolder();
    // The system's own full disk: every write to it fails.
    symlinkSync('/dev/full', join(folder, 'pages.jsonl.partial'));
    const page = { id: '1', text: 'text', label: 'printing' };
    await assert.rejects(writePages(join(folder, 'pages.jsonl'), [page]), (error) => {
      const named = asDiskFull(error) as Error;
      assert.equal(named.name, 'DiskFull');
      assert.match(named.message, /no room left.*ENOSPC.*Free some/);
      return true;
    });
    assert.equal(existsSync(join(folder, 'pages.jsonl')), false);
  });

  it('is not what other errors are called', () => {
    const error = Object.assign(new Error('no'), { code: 'EACCES' });
    assert.equal(asDiskFull(error), error);
    assert.equal(asDiskFull('text'), 'text');
  });
});
