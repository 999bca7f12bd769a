import assert from 'node:assert/strict';
import { readFastTextCorpus } from '../../../lib/fasttext/files.ts';
import type { TrainingProgress } from '../../../lib/fasttext/trainer.ts';
import { type ClassifierTraining, trainClassifier } from '../../../lib/fasttext/training.ts';
import { type FastTextSettings, settingsSchema } from '../../../lib/settings/settings.ts';

const { kind: _kind, C: _c, thread: _thread, ...paper } = settingsSchema.parse({ source: 'none' }).classifier;
const settings: FastTextSettings = { ...paper, dim: 10, epoch: 100, lr: 0.5 };
const many = new URL('../../fixtures/fasttext/many.txt', import.meta.url).pathname;

describe('a training in a thread of its own', () => {
  for (const [what, changed] of Object.entries({
    words: {},
    'character and word n-grams': { minn: 2, maxn: 3, wordNgrams: 2, bucket: 500 },
  }))
    it(`learns to the last bit what it learns here, and predicts the same: ${what}`, async () => {
      const corpus = await readFastTextCorpus(many);
      const records = corpus.offsets.length - 1;
      const training: ClassifierTraining = {
        corpus,
        order: Int32Array.from({ length: 2 * records }, (_, place) => (7 * place) % records),
        weights: Float32Array.from({ length: records }, (_, record) => 0.5 + (record % 3)),
        settings: { ...settings, ...changed },
        seed: 1,
      };
      const [here, there] = [
        await trainClassifier(training),
        await trainClassifier({ ...training, ownThread: true }),
      ];
      assert.deepEqual([...there.input.data], [...here.input.data]);
      assert.deepEqual([...there.output.data], [...here.output.data]);
      assert.deepEqual(there.predict('gold ounce', { k: 9 }), here.predict('gold ounce', { k: 9 }));
    });

  it('tells how far it is', async () => {
    const seen: TrainingProgress[] = [];
    await trainClassifier({
      corpus: await readFastTextCorpus(many),
      settings: { ...settings, epoch: 5_000 },
      seed: 1,
      ownThread: true,
      onProgress: (progress) => seen.push(progress),
    });
    assert.ok(seen.length > 1);
    assert.equal(seen.at(-1)!.done, 1);
  });

  it('stops when it is told to, with the reason', async () => {
    const controller = new AbortController();
    const training = trainClassifier({
      corpus: await readFastTextCorpus(many),
      settings: { ...settings, epoch: 1_000_000_000 },
      seed: 1,
      ownThread: true,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await assert.rejects(training, /enough/);
  });

  it('refuses a learning rate that lets the weights overflow', async () => {
    const training = trainClassifier({
      corpus: await readFastTextCorpus(many),
      settings: { ...settings, lr: 1e30 },
      seed: 1,
      ownThread: true,
    });
    await assert.rejects(training, { name: 'InvalidInput', message: /classifier\.lr/ });
  });
});
