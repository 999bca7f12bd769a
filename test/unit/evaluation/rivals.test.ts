/** The methods that balance without a T5. */
import assert from 'node:assert/strict';
import type { Page } from '../../../lib/corpus/page.ts';
import { BALANCING_METHODS } from '../../../lib/evaluation/balancing-methods.ts';
import type { Classifier, ClassifierTrainingOptions } from '../../../lib/evaluation/classifier.ts';
import { compareMethods } from '../../../lib/evaluation/comparison.ts';
import { evaluateMethod } from '../../../lib/evaluation/evaluate-method.ts';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import type { Method } from '../../../lib/settings/method-table.ts';
import { type ClassifierSettings, settingsSchema } from '../../../lib/settings/settings.ts';
import { makePages } from './pages.ts';

const { classifier: paper, evaluation: defaults } = settingsSchema.parse({ source: 'none' });
const fastText = { ...paper, dim: 10, lr: 0.5 };
const evaluation = { ...defaults, protocols: ['paper' as const], seeds: 2 };

const train = makePages({ 'crude oil': 60, gold: 6, tin: 4 });
const test = makePages({ 'crude oil': 20, gold: 10, tin: 10 }, 2);

const evaluate = (method: Method, more: object = {}) =>
  evaluateMethod({ method, train, test, classifier: fastText, evaluation, ...more });

/** Writes down what it is given, and answers with the class that has the greatest shift. */
function watching(seen: { records: readonly Page[]; options: ClassifierTrainingOptions }[]): Classifier {
  return {
    effort: { epochs: 1, learningRate: 0.1 },
    supports: { classWeights: true, logShift: true },
    prepare: async (records) => ({
      train: async (_, options) => {
        seen.push({ records, options });
        return {
          predict: async (texts, { logShift } = {}) => {
            const [first] = [...(logShift ?? new Map([['crude oil', 0]]))].sort(([, a], [, b]) => b - a);
            return texts.map(() => first![0]);
          },
        };
      },
    }),
  };
}

describe('weighted classes', () => {
  it("have scikit-learn's balanced weights", () => {
    // compute_class_weight('balanced', classes=['a', 'b', 'c'], y=['a'] * 60 + ['b'] * 6 + ['c'] * 4)
    const weights = BALANCING_METHODS.weighted.classWeights!(
      new Map([
        ['a', 60],
        ['b', 6],
        ['c', 4],
      ]),
    );
    const expected = [0.3888888888888889, 3.888888888888889, 5.833333333333333];
    assert.deepEqual([...weights.values()], expected);
  });

  const kinds: ClassifierSettings['kind'][] = ['fasttext', 'logisticRegression'];
  for (const kind of kinds)
    it(`save rare classes without another record: ${kind}`, async () => {
      const classifier = { ...fastText, lr: 0.2, kind };
      const [regular, balanced] = [
        await evaluate('regular', { classifier }),
        await evaluate('weighted', { classifier }),
      ];
      assert.equal(balanced.result.records, 70);
      assert.ok(balanced.result.recall.tin! > regular.result.recall.tin!, String(regular.result.recall.tin));
    });
});

describe('decisions adjusted by the priors', () => {
  it('take off the share of the log priors that does best on validation records', async () => {
    const seen: { records: readonly Page[]; options: ClassifierTrainingOptions }[] = [];
    const { result } = await evaluate('priorAdjusted', { classifier: watching(seen) });
    // All shifts answer "tin", so that none is better than the unshifted answers, and the least is taken.
    assert.deepEqual(
      result.perSeed.map(({ priorStrength }) => priorStrength),
      [0, 0],
    );
    assert.equal(result.recall['crude oil'], 1);
    assert.equal(seen.length, 4, 'a trial and a training for each seed');
  });

  for (const kind of ['fasttext', 'logisticRegression'] as const)
    it(`save rare classes that the classifier undervalues: ${kind}`, async () => {
      const classifier = { ...fastText, lr: 0.2, kind };
      const [regular, adjusted] = [
        await evaluate('regular', { classifier }),
        await evaluate('priorAdjusted', { classifier }),
      ];
      assert.ok(
        adjusted.result.macroF1 > regular.result.macroF1,
        `${adjusted.result.macroF1} against ${regular.result.macroF1}`,
      );
      assert.ok(adjusted.result.perSeed[0]!.priorStrength! > 0);
    });
});

describe('methods that make records', () => {
  for (const method of ['wordEdits', 'markov'] as const)
    it(`never make them from the records that trials are compared on: ${method}`, async () => {
      const seen: { records: readonly Page[]; options: ClassifierTrainingOptions }[] = [];
      const marked = train.map((page, at) => ({ ...page, text: `${page.text} mark${at}` }));
      await evaluate(method, {
        train: marked,
        classifier: watching(seen),
        evaluation: { ...evaluation, protocols: ['tuned'], seeds: 1 },
      });
      const trial = seen[0]!.records;
      const real = new Set(marked);
      const learnt = new Set(trial.filter((page) => real.has(page)));
      const heldBack = marked.flatMap((page, at) => (learnt.has(page) ? [] : [`mark${at}`]));
      assert.ok(heldBack.length >= 11, String(heldBack.length));
      for (const { text } of trial)
        for (const mark of heldBack) assert.ok(!text.split(' ').includes(mark), text);
    });

  it('make others for each seed, and the same for the same', async () => {
    const made = async (seed: number) => {
      const seen: { records: readonly Page[]; options: ClassifierTrainingOptions }[] = [];
      await evaluate('markov', { classifier: watching(seen), evaluation: { ...evaluation, seeds: 1, seed } });
      return seen[0]!.records.map(({ text }) => text);
    };
    assert.deepEqual(await made(1), await made(1));
    assert.notDeepEqual(await made(1), await made(2));
  });
});

describe('a classifier that lacks what a method needs', () => {
  for (const [method, what] of [
    ['weighted', 'class weights'],
    ['priorAdjusted', "a shift of the classes' probabilities"],
  ] as const)
    it(`is refused by name: ${method}`, () =>
      assert.rejects(evaluate(method, { classifier: { ...watching([]), supports: {} } }), {
        name: 'InvalidInput',
        message: new RegExp(`evaluation.methods: ${method} needs ${what}`),
      }));
});

describe('a trial whose weights overflow', () => {
  /** Overflows above a learning rate; at the best one it knows the answers. */
  const overflowing = (above: number, onAll = above): Classifier => ({
    effort: { epochs: 1, learningRate: 0.1 },
    prepare: async (records) => ({
      train: async (order, { effort }) => {
        const most = order.length === records.length ? onAll : above;
        if (effort!.learningRate > most)
          throw new InvalidInput(
            'classifier.lr',
            'the weights overflowed',
            'Choose a smaller learning rate.',
          );
        const right = effort!.learningRate > 1;
        return {
          predict: async (texts) =>
            texts.map((text) =>
              right ? [...train, ...test].find((page) => page.text === text)!.label : 'tin',
            ),
        };
      },
    }),
  });
  const tuned = { ...evaluation, protocols: ['tuned' as const], seeds: 1 };

  it('is passed over', async () => {
    const { result } = await evaluate('regular', { classifier: overflowing(2), evaluation: tuned });
    assert.equal(result.perSeed[0]!.effort!.learningRate, 1.6);
  });

  it('on all records gives way to the next best', async () => {
    const { result } = await evaluate('regular', { classifier: overflowing(2, 1), evaluation: tuned });
    assert.equal(result.perSeed[0]!.effort!.learningRate, 0.4);
  });

  it('ends the evaluation where all do', () =>
    assert.rejects(evaluate('regular', { classifier: overflowing(0.01), evaluation: tuned }), {
      message: /the weights overflowed/,
    }));
});

describe('other splits of training and test records', () => {
  const splits = 4;
  const evaluateSplits = (method: Method, more: object = {}) =>
    evaluate(method, { evaluation: { ...evaluation, splits }, ...more });

  it('hold out as many records of each class as the split of the run, each time others', async () => {
    const trained: string[][] = [];
    const classifier: Classifier = {
      prepare: async (records) => ({
        train: async () => {
          trained.push(records.map(({ text }) => text).sort());
          return { predict: async (texts) => texts.map(() => 'tin') };
        },
      }),
    };
    const { predictions } = await evaluateSplits('regular', { classifier });
    assert.equal(predictions.otherSplits!.length, splits - 1);
    const tested = (truth: readonly number[]) => [...truth].sort();
    for (const { truth } of predictions.otherSplits!)
      assert.deepEqual(tested(truth), tested(predictions.truth));
    const sets = new Set(trained.map((texts) => texts.join('\n')));
    assert.equal(sets.size, splits, 'the two seeds of the run have the same records');
  });

  it('compare methods that have none generated', async () => {
    const methods = await Promise.all(
      (['regular', 'oversample'] as const).map((method) => evaluateSplits(method)),
    );
    const { protocols } = await compareMethods(
      methods.map(({ predictions }) => predictions),
      evaluation,
    );
    const [pair] = protocols.paper!.pairs;
    assert.equal(pair!.splits, splits);
    assert.ok(pair!.macroF1.difference < -0.1 && pair!.macroF1.p < 0.05, JSON.stringify(pair!.macroF1));
  });

  it('are left out where generated records know the training records', async () => {
    const { predictions } = await evaluateSplits('generated', { generated: makePages({ gold: 20 }, 3) });
    assert.equal(predictions.otherSplits, undefined);
  });
});

describe('the order of a file', () => {
  it('is kept by the method of that name alone', async () => {
    const orders: number[][] = [];
    const classifier: Classifier = {
      prepare: async () => ({
        train: async (order) => {
          orders.push([...order]);
          return { predict: async (texts) => texts.map(() => 'tin') };
        },
      }),
    };
    await evaluate('fileOrder', { classifier });
    await evaluate('regular', { classifier });
    const [first, second, third, fourth] = orders as [number[], number[], number[], number[]];
    assert.deepEqual([first, second], [[...train.keys()], [...train.keys()]]);
    assert.notDeepEqual(third, first);
    assert.notDeepEqual(fourth, third);
  });
});
