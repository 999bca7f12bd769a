import assert from 'node:assert/strict';
import { CorpusBuilder, type TokenisedCorpus } from '../../../lib/fasttext/corpus.ts';
import type { FastTextModel } from '../../../lib/fasttext/model.ts';
import type { TrainingProgress } from '../../../lib/fasttext/trainer.ts';
import { trainClassifier } from '../../../lib/fasttext/training.ts';
import type { FastTextSettings } from '../../../lib/settings/settings.ts';

const settings: FastTextSettings = {
  dim: 6,
  epoch: 8,
  lr: 0.5,
  lrUpdateRate: 10,
  minCount: 1,
  minn: 0,
  maxn: 0,
  wordNgrams: 1,
  bucket: 100,
  ws: 5,
  neg: 5,
  t: 1e-4,
  loss: 'softmax',
};

const LINES = [
  '__label__oil crude barrel price',
  '__label__oil refinery crude output barrel',
  '__label__metal gold ounce price',
  '__label__metal silver ounce mine gold',
  '__label__metal copper mine',
];

function corpusOf(lines: readonly string[]): TokenisedCorpus {
  const builder = new CorpusBuilder();
  for (const line of lines) builder.addLine(line);
  return builder.build();
}

function entriesOf({ dictionary }: FastTextModel): [token: string, count: number][] {
  return dictionary.tokens.map((token, entry) => [token, dictionary.counts[entry]!]);
}

function weights(model: FastTextModel): number[][] {
  return [[...model.input.data], [...model.output.data]];
}

describe('training the classifier', () => {
  it('gives an index list the model that a file of just those records gives', async () => {
    const order = Int32Array.of(4, 1, 1, 3);
    const listed = await trainClassifier({ corpus: corpusOf(LINES), order, settings, seed: 3 });
    const copied = await trainClassifier({
      corpus: corpusOf([...order].map((record) => LINES[record]!)),
      settings,
      seed: 3,
    });
    assert.deepEqual(entriesOf(listed), entriesOf(copied));
    assert.equal(listed.dictionary.tokenCount, copied.dictionary.tokenCount);
    assert.deepEqual(weights(listed), weights(copied));
    const has = (word: string) => listed.dictionary.find(word) >= 0;
    assert.deepEqual([has('refinery'), has('silver'), has('price')], [true, true, false]);
  });

  it('repeats itself with one seed and differs with another', async () => {
    const corpus = corpusOf(LINES);
    const [first, again, other] = [
      await trainClassifier({ corpus, settings, seed: 1 }),
      await trainClassifier({ corpus, settings, seed: 1 }),
      await trainClassifier({ corpus, settings, seed: 2 }),
    ];
    assert.deepEqual(weights(first), weights(again));
    assert.notDeepEqual(weights(first), weights(other));
  });

  it('learns to tell the classes apart, the most frequent label first', async () => {
    const model = await trainClassifier({
      corpus: corpusOf(LINES),
      settings: { ...settings, epoch: 60 },
      seed: 1,
    });
    assert.deepEqual(model.labels, ['metal', 'oil']);
    assert.equal(model.predict('crude barrel')[0]!.label, 'oil');
    assert.equal(model.predict('gold ounce')[0]!.label, 'metal');
    assert.deepEqual(
      model.predict('gold ounce', { k: 5 }).map(({ label }) => label),
      ['metal', 'oil'],
    );
    assert.deepEqual(
      model.predict('gold ounce', { k: 5, threshold: 0.5 }).map(({ label }) => label),
      ['metal'],
    );
  });

  it('predicts nothing for a line of which it knows no token', async () => {
    const model = await trainClassifier({ corpus: corpusOf(LINES), settings, seed: 1 });
    assert.deepEqual(model.predict('platinum', { terminated: false }), []);
    assert.equal(model.predict('platinum').length, 1);
  });

  it('passes over labels in a text that is predicted', async () => {
    const model = await trainClassifier({ corpus: corpusOf(LINES), settings, seed: 1 });
    assert.deepEqual(model.predict('__label__oil __label__tin gold'), model.predict('gold'));
  });

  it('tells how far it is, with a learning rate that falls to nothing', async () => {
    const corpus = corpusOf(Array.from({ length: 400 }, (_, index) => LINES[index % LINES.length]!));
    const seen: TrainingProgress[] = [];
    const long = { ...settings, epoch: 200 };
    await trainClassifier({ corpus, settings: long, seed: 1, onProgress: (progress) => seen.push(progress) });
    assert.ok(seen.length > 2);
    assert.deepEqual(
      seen.map(({ done }) => done),
      seen.map(({ done }) => done).sort((a, b) => a - b),
    );
    assert.equal(seen.at(-1)!.done, 1);
    for (const { done, learningRate } of seen) assert.ok(Math.abs(learningRate - 0.5 * (1 - done)) < 1e-6);
    assert.ok(seen.at(-1)!.loss < seen[0]!.loss);
  });

  it('stops when it is told to, with the reason', async () => {
    const controller = new AbortController();
    const training = trainClassifier({
      corpus: corpusOf(LINES),
      settings: { ...settings, epoch: 1_000_000_000 },
      seed: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await assert.rejects(training, /enough/);
  });

  const mistakes: [string, string[], Partial<FastTextSettings>, RegExp][] = [
    ['there is no label', ['gold ounce'], {}, /2? words and 0 labels/],
    ['no word is frequent enough', LINES, { minCount: 100 }, /0 words and 2 labels/],
    ['there are no records', [], {}, /0 words and 0 labels/],
    ['negative sampling has one class only', ['__label__oil crude'], { loss: 'ns' }, /classifier\.loss/],
    ['the weights take more than 4 GiB', LINES, { dim: 300, maxn: 3, bucket: 4_000_000 }, /4\.5 GiB/],
    ['n-grams have no buckets', LINES, { wordNgrams: 2, bucket: 0 }, /classifier\.bucket/],
    ['the learning rate lets the weights overflow', LINES, { lr: 1e30, epoch: 50 }, /classifier\.lr/],
  ];
  for (const [what, lines, changed, message] of mistakes) {
    it(`refuses to train where ${what}`, async () => {
      const training = trainClassifier({
        corpus: corpusOf(lines),
        settings: { ...settings, ...changed },
        seed: 1,
      });
      await assert.rejects(training, { name: 'InvalidInput', message });
    });
  }
});
