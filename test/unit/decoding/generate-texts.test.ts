import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { type GeneratedText, generateTexts } from '../../../lib/t5/generate-texts.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writeTinyModel } from './tiny-model.ts';

const CHANGES = { batchSize: 4, minLength: 3, maxLength: 8, numBeams: 2 };
const settings = { ...settingsSchema.shape.generate.parse({}), ...CHANGES };
const PROMPTS = Array.from(
  { length: 37 },
  (_, index) => `${'Our bakery '.repeat(1 + ((index * 7) % 5))}${index}`,
);

describe('generateTexts', function () {
  this.timeout(240_000);
  const root = temporaryFolder();
  const modelFolder = path.join(root, 'model');
  before(async () => {
    await writeTinyModel(modelFolder);
  });

  const collect = async (options: Partial<Parameters<typeof generateTexts>[0]> = {}) => {
    const texts: GeneratedText[] = [];
    const all = { modelFolder, prompts: PROMPTS, settings, ...options };
    for await (const text of generateTexts(all)) texts.push(text);
    return texts;
  };

  it('gives the texts in the order of their prompts', async () => {
    const progress: number[] = [];
    const texts = await collect({ onProgress: (done) => progress.push(done) });
    assert.deepEqual(
      texts.map(({ index, prompt }) => [index, prompt]),
      PROMPTS.map((prompt, index) => [index, prompt]),
    );
    assert.deepEqual(progress, [4, 8, 12, 16, 20, 24, 28, 32, 36, 37]);
    for (const { ids, score } of texts) {
      assert.ok(ids.length >= 2 && ids.length <= 7);
      assert.ok(score < 0);
    }
  });

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

  it('draws for a prompt by its number, wherever the first one begins', async () => {
    // Batches of one, so that the others of a batch do not change the last bits of what is drawn by.
    const sampling = { ...settings, doSample: true, numBeams: 1, batchSize: 1 };
    const all = await collect({ settings: sampling, prompts: PROMPTS.slice(0, 12) });
    const end = await collect({ settings: sampling, prompts: PROMPTS.slice(4, 12), firstNumber: 4 });
    assert.deepEqual(
      end.map(({ ids }) => ids),
      all.slice(4).map(({ ids }) => ids),
    );
  });

  it('stops at the signal', async () => {
    const abortion = new AbortController();
    const stopped = collect({
      signal: abortion.signal,
      onProgress: () => abortion.abort(new Error('enough')),
    });
    await assert.rejects(stopped, /enough/);
  });
});

const runAndDie = (options: object) =>
  promisify(execFile)(process.execPath, [
    '--import=tsx',
    path.join(import.meta.dirname, 'generate-and-die.ts'),
    JSON.stringify(options),
  ]);
