import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  formatPredictions,
  predictFile,
  readFastTextCorpus,
  saveVectors,
  testFile,
} from '../../../lib/fasttext/files.ts';
import { loadFastText, saveFastText } from '../../../lib/fasttext/model-file.ts';
import { trainClassifier } from '../../../lib/fasttext/training.ts';
import type { FastTextSettings } from '../../../lib/settings/settings.ts';

const fixture = (name: string) => new URL(`../../fixtures/fasttext/${name}`, import.meta.url).pathname;

const common = {
  ws: 5,
  neg: 5,
  t: 1e-4,
  loss: 'softmax',
  wordNgrams: 1,
  bucket: 2_000_000,
  minn: 0,
  maxn: 0,
} as const;

const small = { dim: 6, lrUpdateRate: 50, minCount: 1 };

/** The trainings of test/fixtures/fasttext/make.py. */
const MODELS: {
  name: string;
  what: string;
  train: string;
  /** `test.txt` by default. */
  test?: string;
  seed: number;
  settings: FastTextSettings;
}[] = [
  {
    name: 'plain',
    what: 'words alone',
    train: 'train.txt',
    seed: 42,
    settings: { ...common, dim: 8, epoch: 14, lr: 0.5, lrUpdateRate: 100, minCount: 1 },
  },
  {
    name: 'ngrams',
    what: 'n-grams of characters and words, rare words left out',
    train: 'train.txt',
    seed: 7,
    settings: {
      ...common,
      dim: 6,
      epoch: 5,
      lr: 0.3,
      lrUpdateRate: 20,
      minn: 1,
      maxn: 3,
      minCount: 4,
      wordNgrams: 3,
      bucket: 300,
    },
  },
  {
    name: 'odd',
    what: 'several labels, no label, every separator, no last line break',
    train: 'odd.txt',
    seed: 0,
    settings: {
      ...common,
      dim: 5,
      epoch: 6,
      lr: 0.4,
      lrUpdateRate: 10,
      minCount: 2,
      wordNgrams: 2,
      bucket: 100,
    },
  },
  {
    name: 'ova',
    what: 'one classifier per label, several labels to a record',
    train: 'odd.txt',
    seed: 3,
    settings: { ...common, ...small, loss: 'ova', epoch: 9, lr: 0.4 },
  },
  {
    name: 'ns',
    what: 'negative sampling',
    train: 'many.txt',
    test: 'many.txt',
    seed: 4,
    settings: { ...common, ...small, loss: 'ns', neg: 3, epoch: 12, lr: 0.3 },
  },
  {
    name: 'hs',
    what: 'a tree of eleven labels',
    train: 'many.txt',
    test: 'many.txt',
    seed: 5,
    settings: { ...common, ...small, loss: 'hs', epoch: 12, lr: 0.5 },
  },
];

describe("fastText's C++ program, version 0.9.2", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fasttext-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const { name, what, train, test = 'test.txt', seed, settings } of MODELS) {
    it(`learns the same .bin file, byte for byte: ${what}`, async () => {
      const corpus = await readFastTextCorpus(fixture(train));
      const model = await trainClassifier({ corpus, settings, seed });
      await saveFastText(model, join(folder, `${name}.bin`));
      const [ours, theirs] = [
        await readFile(join(folder, `${name}.bin`)),
        await readFile(fixture(`${name}.bin`)),
      ];
      assert.ok(ours.equals(theirs), `${name}.bin differs`);
    });

    it(`predicts the same with its model: ${what}`, async () => {
      const model = await loadFastText(fixture(`${name}.bin`));
      const lines: string[] = [];
      for await (const predictions of predictFile(model, fixture(test), 3)) {
        lines.push(formatPredictions(predictions, true));
      }
      assert.equal(`${lines.join('\n')}\n`, await readFile(fixture(`${name}.predictions.txt`), 'utf8'));
    });

    it(`is given the same model back: ${what}`, async () => {
      const path = join(folder, `${name}-again.bin`);
      await saveFastText(await loadFastText(fixture(`${name}.bin`)), path);
      assert.ok((await readFile(path)).equals(await readFile(fixture(`${name}.bin`))));
    });

    it(`finds the same precision and recall: ${what}`, async () => {
      const model = await loadFastText(fixture(`${name}.bin`));
      const { examples, precision, recall } = await testFile(model, fixture(test));
      const printed = `N\t${examples}\nP@1\t${Number(precision.toPrecision(3))}\nR@1\t${Number(recall.toPrecision(3))}\n`;
      assert.equal(printed, await readFile(fixture(`${name}.test.txt`), 'utf8'));
    });
  }

  it('writes the same .vec file', async () => {
    const path = join(folder, 'ngrams.vec');
    await saveVectors(await loadFastText(fixture('ngrams.bin')), path);
    assert.equal(await readFile(path, 'utf8'), await readFile(fixture('ngrams.vec'), 'utf8'));
  });
});
