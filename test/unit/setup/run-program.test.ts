import assert from 'node:assert/strict';
import { runProgram } from '../../../setup/run-program.ts';

const node = (script: string, options = {}) => runProgram(process.execPath, ['-e', script], options);

describe('a program that set-up runs', () => {
  it('gives what it wrote to standard output', async () => {
    assert.equal(await node('console.log(1); console.error(2)'), '1\n');
  });

  it('that is not there is named', async () => {
    await assert.rejects(runProgram('no-such-compiler', []), {
      message: 'no-such-compiler is not installed',
    });
  });

  it('that fails is quoted with its last words', async () => {
    await assert.rejects(
      node('console.error("a\\nb\\nfile.cc:1: error\\n1 error generated"); process.exit(3)'),
      /ended with exit code 3: b file\.cc:1: error 1 error generated$/,
    );
  });

  it('that takes too long is ended', async () => {
    await assert.rejects(node('setInterval(() => {}, 1000)', { timeoutMs: 200 }), /was ended by SIGKILL/);
  });
});
