import assert from 'node:assert/strict';
import { type Find, findNothing, planWork } from '../../../lib/planning/work.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import type { RunInput } from '../../../lib/settings/settings.ts';
import { preparedCorpus } from './prepared-corpus.ts';

const corpus = preparedCorpus([
  { name: 'banking', kind: 'frequent', train: 1000, test: 200 },
  { name: 'retail', kind: 'frequent', train: 500, test: 100 },
  { name: 'printing', kind: 'rare', train: 100, test: 20 },
  { name: 'pottery', kind: 'rare', train: 60, test: 10 },
]);
const examples = {
  fineTune: { examplesPerText: 2 },
  pretrain: { examplesPerText: 2 },
  adapt: { examplesPerText: 3 },
};
const planWith = (change: Partial<RunInput> = {}, find = findNothing) =>
  planWork({ corpus, settings: parseSettings({ source: '/pages.csv', ...change }), examples, find });
const workWith = async (change?: Partial<RunInput>) => (await planWith(change)).work;

describe('the work of a run', () => {
  it('is as many records as the settings say, in shards of batches', async () => {
    const { branches, tokens } = await workWith({ generate: { shardSize: 512, batchSize: 16 } });
    assert.deepEqual(
      branches.map(({ class: name, wanted, shards }) => [name, wanted, shards]),
      [
        ['printing', 900, [32, 25]],
        ['pottery', 940, [32, 27]],
      ],
    );
    assert.deepEqual(tokens, { least: 1840 * 200, most: 1840 * 300 });
  });

  it('is as many steps as examples and epochs make', async () => {
    const { branches, pretrainSteps, adaptSteps } = await workWith({
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

  it('has neither training nor records for a class that lacks none', async () => {
    const { branches } = await workWith({ generate: { target: 80 } });
    assert.deepEqual(
      branches.map(({ class: name, steps, wanted }) => [name, steps, wanted]),
      [
        ['printing', 0, 0],
        ['pottery', 75, 20],
      ],
    );
  });

  it('has the words of every method under every protocol', async () => {
    const one = { classifier: { epoch: 10 }, generate: { minLength: 0, maxLength: 100 } };
    const { classifierWords } = await workWith({ ...one, evaluation: { protocols: ['paper'] } });
    assert.deepEqual(
      classifierWords.baselines,
      [1660, 4 * 60, 4 * 1000].map((records) => records * 100 * 10),
    );
    // 1,840 generated records of 70 words; with oversampling all four classes have 1,000 records.
    assert.deepEqual(
      classifierWords.generated.map((words) => Math.round(words)),
      [(166_000 + 1840 * 70) * 10, 4 * 1000 * 100 * 10],
    );
    const fair = await workWith({ ...one, evaluation: { protocols: ['equal-updates'], seeds: 3 } });
    assert.deepEqual(fair.classifierWords.baselines, Array(3).fill(3 * 4 * 1000 * 100 * 10));
  });

  it('is less where one training does for all protocols', async () => {
    const { classifierWords } = await workWith({
      classifier: { kind: 'logisticRegression', epoch: 10 },
      evaluation: { methods: ['regular', 'generated'], protocols: ['paper', 'equal-updates'] },
    });
    assert.deepEqual(classifierWords.baselines, [1660 * 100]);
  });

  it('is left where the store has nothing of it', async () => {
    const asked: string[] = [];
    const find: Find = async (stage, parameters) => {
      asked.push(stage.name);
      const { method, from } = parameters as { method?: string; from?: number };
      if (method === 'oversample' || (from ?? 0) > 0) return undefined;
      const model = { uri: 'file:///model', digest: 'sha256:0', bytes: 1 };
      return { stage: stage.name, key: '', files: { 'model/it': model }, summary: undefined!, cached: true };
    };
    const settings: Partial<RunInput> = {
      model: { scratch: 'tiny' },
      generate: { shardSize: 512, batchSize: 16 },
      evaluation: { protocols: ['paper'], methods: ['regular', 'oversample', 'generated'] },
    };
    const { work } = await planWith(settings);
    const { work: left, hasBase } = await planWith(settings, find);
    assert.deepEqual([hasBase, left.pretrainSteps, work.pretrainSteps > 0], [true, 0, true]);
    assert.deepEqual(
      left.branches.map(({ steps, shards }) => [steps, shards]),
      [
        [0, [25]],
        [0, [27]],
      ],
    );
    assert.deepEqual(left.classifierWords.baselines, work.classifierWords.baselines.slice(1));
    const { work: all } = await planWith({ ...settings, model: 'google-t5/t5-base' }, find);
    assert.ok(
      all.branches.every(({ steps }) => steps > 0),
      'of a model that is not there nothing descends',
    );
  });
});
