import assert from 'node:assert/strict';
import type { Page } from '../../../lib/corpus/page.ts';
import type { Classifier, Effort } from '../../../lib/evaluation/classifier.ts';
import { evaluateMethod } from '../../../lib/evaluation/evaluate-method.ts';
import { splitForValidation } from '../../../lib/evaluation/tuning.ts';
import { createRandom } from '../../../lib/random/random.ts';
import { METHODS, type Method } from '../../../lib/settings/method-table.ts';
import { type Protocol, settingsSchema } from '../../../lib/settings/settings.ts';
import { makePages } from './pages.ts';

const { classifier: paper, evaluation: defaults } = settingsSchema.parse({ source: 'none' });

const train = makePages({ 'crude oil': 60, gold: 6, tin: 4 });
const test = makePages({ 'crude oil': 20, gold: 10, tin: 10 }, 2);
const generated = makePages({ gold: 20, tin: 10 }, 3);

const evaluate = (method: Method, protocols: Protocol[], classifier: Classifier, more: object = {}) =>
  evaluateMethod({
    method,
    train,
    test,
    generated,
    classifier,
    evaluation: { ...defaults, protocols, ...more },
  });

interface Training {
  records: Page[];
  effort: Effort | undefined;
}

/** Writes down what it is trained with; answers rightly once its learning rate is the best one. */
function recordingClassifier(trainings: Training[], bestRate: number, effort?: Effort): Classifier {
  return {
    supports: { classWeights: true, logShift: true },
    ...(effort && { effort }),
    prepare: async (records) => ({
      train: async (order, options) => {
        trainings.push({
          records: Array.from(order, (record) => records[record]!),
          effort: options.effort,
        });
        const right = options.effort?.learningRate === bestRate;
        return {
          predict: async (texts) =>
            texts.map((text) =>
              right ? [...records, ...train, ...test].find((page) => page.text === text)!.label : 'tin',
            ),
        };
      },
    }),
  };
}

const EFFORT = { epochs: 10, learningRate: 0.5 };

describe('the protocols of an evaluation', () => {
  it('gives every method as many updates as the largest has, under equal-updates', async () => {
    for (const method of METHODS) {
      const trainings: Training[] = [];
      await evaluate(method, ['equal-updates'], recordingClassifier(trainings, 1, EFFORT));
      const { records, effort } = trainings.at(-1)!;
      // Epochs are a fraction: their product with the records is whole up to the last digit.
      assert.equal((effort!.epochs * records.length).toFixed(6), '1800.000000', method);
      assert.equal(effort!.learningRate, 0.5);
    }
  });

  it('takes the largest method from the run where it knows of one that is not evaluated here', async () => {
    const trainings: Training[] = [];
    const classifier = recordingClassifier(trainings, 1, EFFORT);
    await evaluateMethod({
      ...{ method: 'regular', train, test, classifier, largest: 700 },
      evaluation: { ...defaults, protocols: ['equal-updates'] },
    });
    assert.deepEqual(trainings[0]!.effort, { epochs: 100, learningRate: 0.5 });
  });

  it('names them all in the result, whose own figures are those of the first', async () => {
    const classifier = { ...paper, dim: 10 };
    const settings = { ...defaults, seeds: 2, protocols: ['equal-updates', 'paper'] as Protocol[] };
    const { result } = await evaluateMethod({
      method: 'regular',
      train,
      test,
      classifier,
      evaluation: settings,
    });
    assert.equal(result.protocol, 'equal-updates');
    assert.deepEqual(Object.keys(result.protocols), ['equal-updates', 'paper']);
    const { protocol, protocols, ...own } = result;
    assert.deepEqual(own, protocols['equal-updates']);
    assert.ok(
      own.macroF1 > protocols.paper!.macroF1,
      'ten passes of 70 records leave the weights at their start',
    );
    assert.deepEqual(protocols.paper!.perSeed[0]!.effort, { epochs: 14, learningRate: 0.05 });
  });

  it('trains once where two protocols come to the same', async () => {
    const trainings: Training[] = [];
    const { result } = await evaluate(
      'oversample',
      ['paper', 'equal-updates'],
      recordingClassifier(trainings, 1, EFFORT),
    );
    assert.equal(trainings.length, 1);
    assert.deepEqual(result.protocols.paper, result.protocols['equal-updates']);
  });

  it('are all one for a classifier that goes on to its optimum', async () => {
    const trainings: Training[] = [];
    const protocols: Protocol[] = ['paper', 'equal-updates', 'tuned'];
    await evaluate('regular', protocols, recordingClassifier(trainings, 1));
    assert.deepEqual(
      trainings.map(({ effort }) => effort),
      [undefined],
    );
  });

  it('keeps every prediction, by protocol and seed', async () => {
    const classifier = recordingClassifier([], 0.5, EFFORT);
    const { predictions } = await evaluate('regular', ['paper'], classifier, { seeds: 2 });
    assert.deepEqual(predictions.labels, ['crude oil', 'gold', 'tin']);
    assert.deepEqual(predictions.protocols.paper, [predictions.truth, predictions.truth]);
  });
});

describe('the tuned protocol', () => {
  it('chooses the effort that does best on records that were set aside, and trains with all of it on all', async () => {
    const trainings: Training[] = [];
    const { result } = await evaluate('regular', ['tuned'], recordingClassifier(trainings, 2, EFFORT));
    const trials = trainings.slice(0, -1);
    assert.deepEqual(
      trials.map(({ effort }) => effort!.learningRate),
      [2, 8, 20],
    );
    // A quarter of the largest method's updates, 180 records an epoch against 70; a trial has half of them.
    const passes = trainings.map(({ effort }) => Number(effort!.epochs.toFixed(3)));
    assert.deepEqual(passes, [3.214, 3.214, 3.214, 6.429]);
    const chosen = { ...trials[0]!.effort!, epochs: 2 * trials[0]!.effort!.epochs };
    assert.deepEqual(result.perSeed[0]!.effort, chosen);
    assert.deepEqual(trainings.at(-1)!.effort, chosen);
    assert.equal(trainings.at(-1)!.records.length, 70);
    assert.ok(trials.every(({ records }) => records.length < 70));
  });

  it('never lets a trial learn from what it is compared on, generated records and draws among them', async () => {
    const sets: Page[][] = [];
    for (const method of METHODS) {
      const trainings: Training[] = [];
      await evaluate(method, ['tuned'], recordingClassifier(trainings, 2, EFFORT));
      const learnt = new Set(trainings[0]!.records);
      sets.push(train.filter((page) => !learnt.has(page)));
    }
    // Undersample and a draw with replacement leave out more; Regular leaves out the validation rows alone.
    const [regular] = sets as [Page[]];
    assert.deepEqual(count(regular), { 'crude oil': 9, gold: 1, tin: 1 });
    for (const set of sets) for (const page of regular) assert.ok(set.includes(page));
  });
});

describe('the split for validation', () => {
  it('sets nothing aside of a class with one record', () => {
    const labels = [...Array(20).fill('oil'), 'gold', 'tin', 'tin'] as string[];
    const { fit, validation } = splitForValidation(labels, 0.2, createRandom(1, 'split'));
    assert.equal(fit.length + validation.length, labels.length);
    const held = Array.from(validation, (record) => labels[record]!);
    assert.deepEqual(held.sort(), ['oil', 'oil', 'oil', 'oil', 'tin']);
  });
});

function count(pages: readonly Page[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { label } of pages) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
