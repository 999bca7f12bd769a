import assert from 'node:assert/strict';
import type { SplitClass } from '../../../lib/corpus/split.ts';
import { planAdvice } from '../../../lib/planning/advice.ts';
import { estimate, extrapolate, makespan } from '../../../lib/planning/estimate.ts';
import { modelShape, publishedShape } from '../../../lib/planning/model-shape.ts';
import { findNothing, planWork } from '../../../lib/planning/work.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import { preparedCorpus } from './prepared-corpus.ts';

describe('the time of chains that share slots', () => {
  for (const [what, chains, slots, end] of [
    ['none is none', [], 1, 0],
    [
      'one after the other on one slot',
      [
        [3, 1],
        [2, 2],
      ],
      1,
      8,
    ],
    [
      'side by side on two',
      [
        [3, 1],
        [2, 2],
      ],
      2,
      4,
    ],
    ['as long as the longest chain, however many slots', [[9, 1]], 8, 10],
    ['with the later tasks of one chain side by side', [[2, 4, 4, 4]], 3, 6],
    ['with later tasks in a slot that another chain left', [[1, 5, 5], [1]], 2, 6],
  ] as const)
    it(what, () => assert.equal(makespan(chains, slots), end));
});

const speeds = {
  startSeconds: 1,
  modelStartSeconds: 1,
  classifierWordsPerSecond: 1e6,
  modelFileSeconds: 0,
  model: {
    fineTune: { secondsPerStep: 8, examplesPerText: 2 },
    secondsPerBatch: 80,
    trainingBytes: 14e9,
    generationBytes: 5e9,
  },
};
const one = { workers: 1, modelSlots: 1, cores: 2 };

describe('the time of a run', () => {
  const work = {
    rows: 1000,
    train: 800,
    test: 200,
    pretrainSteps: 0,
    adaptSteps: 0,
    branches: [
      { class: 'printing', train: 40, steps: 10, wanted: 32, shards: [1, 1] },
      { class: 'pottery', train: 40, steps: 5, wanted: 16, shards: [1] },
    ],
    tokens: { least: 0, most: 0 },
    classifierWords: { baselines: [4e6, 2e6, 6e6], generated: [8e6, 3e6] },
  };

  it('is the sum of its parts', () => {
    const { total, prepare, branches, baselines, evaluate, report } = estimate(work, speeds, one);
    assert.deepEqual([prepare, branches, baselines, evaluate], [1, 81 + 41 + 3 * 81, 15 / 2, 9]);
    assert.equal(total, prepare + branches + baselines + evaluate + report);
  });

  it('shrinks with workers, but for the longest branch', () => {
    const branches = (workers: number) => estimate(work, speeds, { ...one, workers }).branches;
    assert.deepEqual([branches(2), branches(3), branches(50)], [203, 162, 162]);
  });

  it('has no memory for slots that no branch fills', () => {
    assert.equal(estimate(work, speeds, { ...one, modelSlots: 8 }).memory, 28e9);
  });
});

describe('a model that is measured with few layers', () => {
  const measured = { fineTune: 3, adapt: 0, pretrain: 0, batch: 4, trainingBytes: 2e9, generationBytes: 1e9 };

  it('takes for each layer what the second one added', () => {
    const two = { ...measured, fineTune: 4.5, batch: 6, trainingBytes: 3e9 };
    const whole = extrapolate(measured, two, 12);
    assert.deepEqual([whole.fineTune, whole.batch, whole.trainingBytes], [19.5, 26, 13e9]);
  });

  it('never gets quicker with a layer, whatever the noise', () => {
    assert.equal(extrapolate(measured, { ...measured, fineTune: 2 }, 12).fineTune, 3);
  });
});

describe('the shape of a model', () => {
  it('is that of T5 by name, where nothing is downloaded', async () => {
    const shape = await modelShape('google-t5/t5-base');
    assert.ok(shape.folder || shape.assumed === 'the published shape of t5-base');
    assert.equal(shape.weights, 222_903_552);
    assert.equal(publishedShape('t5-small').weights, 60_506_624);
    assert.equal((await modelShape('google/flan-t5-base')).weights, 247_577_856);
  });

  it('is unknown for another name', async () => {
    await assert.rejects(modelShape('nobody/anything'), /the shape of nobody\/anything is not known/);
  });
});

describe('what brings the time down', () => {
  const settings = parseSettings({ source: '/pages.csv' });
  const classes: SplitClass[] = [
    ...[97_373, 80_000, 70_000, 60_000, 50_568].map((train, index) => ({
      name: `frequent ${index}`,
      kind: 'frequent' as const,
      train,
      test: 1,
    })),
    ...[1031, 1035, 1340, 1370, 1427].map((train, index) => ({
      name: `rare ${index}`,
      kind: 'rare' as const,
      train,
      test: 1,
    })),
  ];
  const corpus = preparedCorpus(classes);

  it("is told for the published method's amounts, which take weeks", async () => {
    const shape = await modelShape(settings.model);
    const planned = {
      corpus,
      settings,
      examples: speeds.model,
      find: findNothing,
      speeds,
      machines: one,
      shape,
    };
    const now = estimate((await planWork(planned)).work, speeds, one);
    assert.ok(now.total > 14 * 86_400, `${now.total / 86_400} days`);
    const small = { id: 'google-t5/t5-small', shape: publishedShape('t5-small') };
    const advice = await planAdvice(planned, now, small);
    const of = (setting: string) => advice.find((each) => each.setting.includes(setting))!;
    for (const setting of [
      'generate.target=median',
      'generate.maxLength=64',
      'generate.numBeams=1',
      'model=google',
    ])
      assert.ok(of(setting).seconds < 0.9 * now.total, setting);
    const together = advice.find(({ meaning }) => meaning === 'all of these together')!;
    assert.ok(
      advice.every(({ seconds, meaning }) => /machines/.test(meaning) || seconds >= together.seconds),
    );
    assert.ok(of('--workers').seconds <= 86_400, 'so many workers make a day of it');
  });
});
