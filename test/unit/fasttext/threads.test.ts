import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFastTextCorpus, testFile } from '../../../lib/fasttext/files.ts';
import { loadFastText, saveFastText } from '../../../lib/fasttext/model-file.ts';
import type { TrainingProgress } from '../../../lib/fasttext/trainer.ts';
import { trainClassifier } from '../../../lib/fasttext/training.ts';
import { type FastTextSettings, settingsSchema } from '../../../lib/settings/settings.ts';

const { kind: _kind, C: _c, thread: _thread, ...paper } = settingsSchema.parse({ source: 'none' }).classifier;
const settings: FastTextSettings = { ...paper, dim: 10, epoch: 100, lr: 0.5 };
const many = new URL('../../fixtures/fasttext/many.txt', import.meta.url).pathname;

describe('training with several threads', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fasttext-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const threads of [2, 3])
    it(`learns as one does, with character and word n-grams, and writes a model of the usual form: ${threads}`, async () => {
      const corpus = await readFastTextCorpus(many);
      const withNgrams = { ...settings, minn: 2, maxn: 3, wordNgrams: 2, bucket: 500 };
      const model = await trainClassifier({ corpus, settings: withNgrams, seed: 1, threads });
      await saveFastText(model, join(folder, 'many.bin'));
      const loaded = await loadFastText(join(folder, 'many.bin'));
      assert.ok((await testFile(loaded, many)).precision > 0.9);
      await saveFastText(loaded, join(folder, 'again.bin'));
      assert.ok((await readFile(join(folder, 'again.bin'))).equals(await readFile(join(folder, 'many.bin'))));
    });

  it('takes no more threads than there are records', async () => {
    const corpus = await readFastTextCorpus(many);
    const model = await trainClassifier({
      corpus,
      order: Int32Array.of(0, 5),
      settings,
      seed: 1,
      threads: 8,
    });
    assert.ok(model.labels.length > 0);
  });

  it('tells how far it is', async () => {
    const seen: TrainingProgress[] = [];
    const corpus = await readFastTextCorpus(many);
    await trainClassifier({
      corpus,
      // So many that neither thread is through before the other has started.
      settings: { ...settings, epoch: 5_000 },
      seed: 1,
      threads: 2,
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
      threads: 2,
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
      threads: 2,
    });
    await assert.rejects(training, { name: 'InvalidInput', message: /classifier\.lr/ });
  });
});
