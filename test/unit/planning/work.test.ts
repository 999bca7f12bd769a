import assert from 'node:assert/strict';
import { plannedWork } from '../../../lib/planning/work.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import type { RunInput } from '../../../lib/settings/settings.ts';

const corpus = {
  rows: 2000,
  wordsPerText: 100,
  classes: [
    { name: 'banking', kind: 'frequent' as const, train: 1000, test: 200 },
    { name: 'retail', kind: 'frequent' as const, train: 500, test: 100 },
    { name: 'printing', kind: 'rare' as const, train: 100, test: 20 },
    { name: 'pottery', kind: 'rare' as const, train: 60, test: 10 },
  ],
};
const workWith = (change: Partial<RunInput> = {}) =>
  plannedWork(corpus, parseSettings({ source: '/pages.csv', ...change }), {
    fineTune: 2,
    pretrain: 2,
    adapt: 3,
  });

describe('the work of a run', () => {
  it('is as many records as the settings say, in shards of batches', () => {
    const { branches, tokens } = workWith({ generate: { shardSize: 512, batchSize: 16 } });
    assert.deepEqual(
      branches.map(({ class: name, wanted, shards }) => [name, wanted, shards]),
      [
        ['printing', 900, [32, 25]],
        ['pottery', 940, [32, 27]],
      ],
    );
    assert.deepEqual(tokens, { least: 1840 * 200, most: 1840 * 300 });
  });

  it('is as many steps as examples and epochs make', () => {
    const { branches, pretrainSteps, adaptSteps } = workWith({
      model: { scratch: 'tiny', epochs: 3, batchSize: 16 },
      adapt: { epochs: 1, batchSize: 8 },
      fineTune: { epochs: 5, batchSize: 8 },
    });
    assert.deepEqual(
      branches.map(({ steps }) => steps),
      [125, 75],
    );
    assert.deepEqual(
      [pretrainSteps, adaptSteps],
      [3 * Math.ceil((1660 * 2) / 16), Math.ceil((1660 * 3) / 8)],
    );
  });

  it('has neither training nor records for a class that lacks none', () => {
    const { branches } = workWith({ generate: { target: 80 } });
    assert.deepEqual(
      branches.map(({ class: name, steps, wanted }) => [name, steps, wanted]),
      [
        ['printing', 0, 0],
        ['pottery', 75, 20],
      ],
    );
  });

  it('has the words of every method under every protocol', () => {
    const one = { classifier: { epoch: 10 }, generate: { minLength: 0, maxLength: 100 } };
    const { classifierWords } = workWith({ ...one, evaluation: { protocols: ['paper'] } });
    assert.deepEqual(
      classifierWords.baselines,
      [1660, 4 * 60, 4 * 1000].map((records) => records * 100 * 10),
    );
    // 1,840 generated records of 70 words; with oversampling all four classes have 1,000 records.
    assert.deepEqual(
      classifierWords.generated.map((words) => Math.round(words)),
      [(166_000 + 1840 * 70) * 10, 4 * 1000 * 100 * 10],
    );
    const fair = workWith({ ...one, evaluation: { protocols: ['equal-updates'], seeds: 3 } });
    assert.deepEqual(fair.classifierWords.baselines, Array(3).fill(3 * 4 * 1000 * 100 * 10));
  });
});
