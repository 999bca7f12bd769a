import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeTinyModel } from '../../unit/decoding/tiny-model.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { command } from './command.ts';

describe('counterpoise generate', function () {
  this.timeout(240_000);
  const folder = temporaryFolder();
  const file = (name: string) => path.join(folder, name);
  const generate = async (...flags: string[]) => {
    const args = [
      'generate',
      '--model',
      file('model'),
      '--prompts',
      file('prompts.jsonl'),
      '--out',
      file('out.jsonl'),
    ];
    const { stdout, stderr, exitCode } = await command([...args, ...flags, '--json']);
    assert.equal(exitCode, 0, stderr);
    const lines = (await readFile(file('out.jsonl'), 'utf8')).trimEnd().split('\n');
    return {
      last: JSON.parse(stdout.trimEnd().split('\n').at(-1)!),
      records: lines.map((line) => JSON.parse(line)),
    };
  };
  const prompts = ['Our bakery', 'Fresh bread, worldwide and every day', 'Wine'];
  before(async () => {
    await writeTinyModel(file('model'));
    await writeFile(
      file('prompts.jsonl'),
      prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
    );
  });

  it('writes prompt, text, ids and score of each prompt, and prints what it took', async () => {
    const flags = [
      '--num-beams',
      '2',
      '--no-repeat-ngram-size',
      '2',
      '--min-length',
      '4',
      '--max-length',
      '9',
    ];
    const { last, records } = await generate(...flags);
    assert.deepEqual(
      records.map((record) => Object.keys(record)),
      prompts.map(() => ['prompt', 'text', 'ids', 'score']),
    );
    assert.deepEqual(
      records.map(({ prompt }) => prompt),
      prompts,
    );
    assert.equal(
      last.tokens,
      records.reduce((sum, { ids }) => sum + ids.length, 0),
    );
    assert.ok(last.seconds > 0);
    assert.equal(last.records, 3);
  });

  it('samples by a seed', async () => {
    const sample = async (seed: string) => {
      const flags = [
        '--do-sample',
        '--num-beams',
        '1',
        '--temperature',
        '1.5',
        '--top-k',
        '0',
        '--top-p',
        '0.95',
      ];
      const { records } = await generate(...flags, '--min-length', '0', '--max-length', '9', '--seed', seed);
      return records.map(({ ids }) => ids);
    };
    const first = await sample('1');
    assert.deepEqual(await sample('1'), first);
    assert.notDeepEqual(await sample('2'), first);
  });
});
