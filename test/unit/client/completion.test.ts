import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { completionScript } from '../../../client/completion.ts';
import { createProgram } from '../../../client/program.ts';

const scriptOfBash = createProgram('every command').then((program) => completionScript('bash', program));

/** What bash offers for the last word of a line. */
async function offered(line: string): Promise<string[]> {
  const ask = `eval "$SCRIPT"; COMP_WORDS=($LINE "$LAST"); _counterpoise; echo "\${COMPREPLY[*]}"`;
  const words = line.split(' ');
  const env = {
    ...process.env,
    SCRIPT: await scriptOfBash,
    LAST: words.pop(),
    LINE: words.join(' '),
    COMP_CWORD: String(words.length),
  };
  const { stdout } = await promisify(execFile)('bash', ['-c', ask], { env });
  return stdout.split(/\s+/).filter((word) => word !== '');
}

describe('completion in bash', () => {
  const cases: [line: string, words: string[]][] = [
    ['counterpoise sche', ['schedule']],
    ['counterpoise help re', ['report', 'retry']],
    ['counterpoise schedule un', ['unpause']],
    ['counterpoise completion ', ['bash', 'zsh', 'fish']],
    ['counterpoise report some-run --em', ['--embedded']],
    ['counterpoise schedule create --every 7d --over', ['--overlap']],
    ['counterpoise schedule create --overlap buffer-', ['buffer-one', 'buffer-all']],
    ['counterpoise run --preset ', ['paper', 'recommended']],
    ['counterpoise run --preset paper --set fineTune.batch', ['fineTune.batchSize=']],
    ['counterpoise run --source ', []],
    ['counterpoise report ', []],
    ['counterpoise nonsense --', []],
  ];
  for (const [line, words] of cases)
    it(`${line}: ${words.join(', ') || 'nothing, so that files are offered'}`, async () => {
      assert.deepEqual(await offered(line), words);
    });

  it('offers a command first, of all that there are', async () => {
    const all = await offered('counterpoise ');
    for (const name of ['run', 'fasttext', 'completion']) assert.ok(all.includes(name), name);
  });
});
