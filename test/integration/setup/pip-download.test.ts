import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipDownload } from '../../../setup/pip-download.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';

describe('a wheel with another content than the pinned one', function () {
  this.timeout(60_000);

  it('is refused before it is unpacked', async () => {
    const [index, target] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(index, 'part-1.0-py3-none-any.whl'), 'not what was pinned');
    const before = { ...process.env };
    Object.assign(process.env, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: index });
    try {
      const wheel = { name: 'part', version: '1.0', platform: 'any', sha256: '0'.repeat(64), megabytes: 1 };
      await assert.rejects(pipDownload(wheel, target), /ended with exit code 1.*0{64}/);
      assert.deepEqual(
        readdirSync(target).filter((name) => name.endsWith('.whl')),
        [],
      );
    } finally {
      for (const name of ['PIP_NO_INDEX', 'PIP_FIND_LINKS'])
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
    }
  });
});
