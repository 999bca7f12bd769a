import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeArguments } from '../../../lib/threads/thread-pool.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the arguments of a forked process', () => {
  it('let a source file run from any folder', () => {
    const folder = temporaryFolder();
    const entry = join(folder, 'entry.ts');
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(entry, 'const answer: number = 42;\nprocess.stdout.write(String(answer));\n');
    const argv = [...nodeArguments(entry), entry];
    assert.equal(execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' }), '42');
  });

  it('are none for a compiled file', () => {
    assert.deepEqual(nodeArguments('file:///dist/worker/stage-process.js'), []);
  });
});
