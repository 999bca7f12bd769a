import assert from 'node:assert/strict';
import { PROMPTS, settings, tinyGenerator } from './many-prompts.ts';

describe('generateTexts', function () {
  this.timeout(240_000);
  const { collect } = tinyGenerator();

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
