import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { CHANGES, PROMPTS, settings, tinyGenerator } from '../../unit/decoding/many-prompts.ts';

describe('generating texts', function () {
  this.timeout(240_000);
  const { root, modelFolder, collect } = tinyGenerator();

  it('gives the same texts whatever the number of batches that are decoded at once', async () => {
    let threads = 0;
    const count = () => threads++;
    process.on('worker', count);
    // So many batches that other threads are worth their start.
    const many = { settings: { ...settings, batchSize: 1, maxLength: 64, minLength: 64 } };
    const one = await collect(many);
    assert.equal(threads, 0);
    for (const decoders of [2, 3]) assert.deepEqual(await collect({ ...many, decoders }), one);
    process.off('worker', count);
    assert.equal(threads, 1 + 2);
  });

  for (const [how, changes] of [
    ['beam search', {}],
    ['sampling', { doSample: true, numBeams: 1, seed: 5 }],
  ] as const)
    it(`goes on after a kill and gives the same bytes: ${how}`, async () => {
      const undisturbed = await collect({ settings: { ...settings, ...changes } });
      const scratch = path.join(root, how);
      const options = { modelFolder, prompts: PROMPTS, settings: { ...CHANGES, ...changes }, scratch };
      for (const batches of [3, 2])
        await assert.rejects(runAndDie({ ...options, batches }), { signal: 'SIGKILL' });
      const [file] = await readdir(scratch);
      const batchFile = path.join(scratch, file!);
      assert.equal((await readFile(batchFile, 'utf8')).split('\n').length - 1, 5);
      await appendFile(batchFile, '[{"index":20,"prompt":"cut sh');
      const { stdout } = await runAndDie({ ...options, batches: 0 });
      const expected = undisturbed.map((text) => `${JSON.stringify(text)}\n`).join('');
      assert.equal(stdout, expected);
      assert.equal((await readFile(batchFile, 'utf8')).split('\n').length - 1, 10);
      const again = await runAndDie({ ...options, batches: 1 });
      assert.equal(again.stdout, expected, 'nothing is left to do');
    });
});

const runAndDie = (options: object) =>
  promisify(execFile)(process.execPath, [
    '--import=tsx',
    path.join(import.meta.dirname, 'generate-and-die.ts'),
    JSON.stringify(options),
  ]);
