import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from '../../../lib/corpus/page.ts';
import {
  BALANCING_METHODS,
  type BalancingMethod,
  type BaseMethod,
  isBaseMethod,
} from '../../../lib/evaluation/balancing-methods.ts';
import type { Classifier } from '../../../lib/evaluation/classifier.ts';
import { evaluateMethod } from '../../../lib/evaluation/evaluate-method.ts';
import { METHODS, type Method } from '../../../lib/settings/method-table.ts';
import { type EvaluationSettings, settingsSchema } from '../../../lib/settings/settings.ts';
import { makePages } from './pages.ts';

const { classifier: paper, evaluation: defaults } = settingsSchema.parse({ source: 'none' });
const classifier = { ...paper, dim: 10, lr: 0.5 };
const evaluation: EvaluationSettings = { ...defaults, protocols: ['paper'], seeds: 2 };

const train = makePages({ 'crude oil': 60, gold: 6, tin: 4 });
const test = makePages({ 'crude oil': 20, gold: 10, tin: 10 }, 2);
const generated = makePages({ gold: 20, tin: 10 }, 3);

const evaluate = async (method: Method, more: object = {}) =>
  (await evaluateMethod({ method, train, test, generated, classifier, evaluation, ...more })).result;

/** Counts what it is trained on and always answers with the class it was given most of. */
function countingClassifier(seen: Map<string, number>[]): Classifier {
  return {
    supports: { classWeights: true, logShift: true },
    prepare: async (records: readonly Page[]) => ({
      train: async (order) => {
        const counts = new Map<string, number>();
        for (const record of order) {
          const { label } = records[record]!;
          counts.set(label, (counts.get(label) ?? 0) + 1);
        }
        seen.push(counts);
        const [[largest]] = [...counts].sort(([, a], [, b]) => b - a) as [[string, number]];
        return { predict: async (texts) => texts.map(() => largest) };
      },
    }),
  };
}

/** Is right after a training on what this method makes of the records, else always answers with one class. */
function rightAfter(method: 'regular' | 'oversample'): Classifier {
  const labels = ['crude oil', 'gold', 'tin'];
  const own = (text: string) => labels.find((label) => text.includes(label.replaceAll(' ', '')))!;
  return {
    prepare: async () => ({
      train: async (order) => {
        const isRegular = new Set(order).size === order.length;
        const isRight = isRegular === (method === 'regular');
        return { predict: async (texts) => texts.map((text) => (isRight ? own(text) : labels[0]!)) };
      },
    }),
  };
}

describe('the evaluation of a method', () => {
  it('is explained in docs/classifiers.md, a row for each', () => {
    const page = readFileSync(new URL('../../../docs/classifiers.md', import.meta.url), 'utf8');
    for (const method of METHODS) assert.match(page, new RegExp(`^\\| \`${method}\` +\\|`, 'm'));
  });

  const sizes: Record<BaseMethod, Record<string, number>> = {
    regular: { 'crude oil': 60, gold: 6, tin: 4 },
    undersample: { 'crude oil': 4, gold: 4, tin: 4 },
    oversample: { 'crude oil': 60, gold: 60, tin: 60 },
    generated: { 'crude oil': 60, gold: 26, tin: 14 },
    generatedOversample: { 'crude oil': 60, gold: 60, tin: 60 },
    fileOrder: { 'crude oil': 60, gold: 6, tin: 4 },
    weighted: { 'crude oil': 60, gold: 6, tin: 4 },
    priorAdjusted: { 'crude oil': 60, gold: 6, tin: 4 },
    wordEdits: { 'crude oil': 60, gold: 60, tin: 60 },
    markov: { 'crude oil': 60, gold: 60, tin: 60 },
  };
  for (const method of METHODS.filter(isBaseMethod)) {
    it(`trains on the records that the method makes: ${method}`, async () => {
      const seen: Map<string, number>[] = [];
      const { records } = await evaluate(method, { classifier: countingClassifier(seen) });
      assert.equal(
        records,
        Object.values(sizes[method]).reduce((sum, size) => sum + size, 0),
      );
      const tested = seen.filter((_, at) => method !== 'priorAdjusted' || at % 2 === 1);
      assert.equal(tested.length, 2);
      for (const counts of tested) assert.deepEqual(Object.fromEntries([...counts].sort()), sizes[method]);
    });
  }

  for (const [method, { draw }] of Object.entries<BalancingMethod>(BALANCING_METHODS))
    if (draw)
      it(`is planned with as many records as the method draws: ${method}`, () => {
        const counted = [60, 6, 4].map((size) => Math.round(draw.size(size, [60, 6, 4], evaluation)));
        assert.deepEqual(counted, Object.values(sizes[method as BaseMethod]));
      });

  for (const best of ['regular', 'oversample'] as const)
    it(`uses what does best on validation records, without generated records and with them: ${best}`, async () => {
      const settings: EvaluationSettings = { ...evaluation, protocols: ['paper', 'tuned'] };
      const options = { evaluation: settings, classifier: rightAfter(best) };
      for (const method of ['selected', 'generatedSelected'] as const) {
        const result = await evaluate(method, options);
        const alone = await evaluate(method === 'selected' ? best : 'generated', options);
        for (const protocol of settings.protocols)
          assert.equal(result.protocols[protocol]!.selected, best, `${method}, ${protocol}`);
        assert.equal(result.macroF1, 1);
        if (method === 'selected' || best === 'regular') assert.equal(result.records, alone.records);
      }
    });

  it('cuts classes to a percentile of their sizes where it is told to', async () => {
    const settings = { ...evaluation, undersamplePercentile: 50 };
    const { records } = await evaluate('undersample', { evaluation: settings });
    assert.equal(records, 6 + 6 + 4);
  });

  it('takes another classifier, whose answers it counts', async () => {
    const result = await evaluate('regular', { classifier: countingClassifier([]) });
    assert.equal(result.microF1, 0.5);
    assert.deepEqual(result.recall, { 'crude oil': 1, gold: 0, tin: 0 });
    assert.deepEqual(result.support, { 'crude oil': 20, gold: 10, tin: 10 });
    assert.deepEqual(result.confusion.labels, ['crude oil', 'gold', 'tin']);
    assert.deepEqual(result.confusion.counts, [
      [40, 0, 0],
      [20, 0, 0],
      [20, 0, 0],
    ]);
  });

  it('gives the means of its seeds', async () => {
    const { perSeed, ...means } = await evaluate('undersample');
    assert.deepEqual(
      perSeed.map(({ seed }) => seed),
      [42, 43],
    );
    for (const figure of ['microF1', 'macroF1', 'weightedF1'] as const) {
      assert.equal(means[figure], (perSeed[0]![figure] + perSeed[1]![figure]) / 2);
    }
    assert.equal(means.recall.gold, (perSeed[0]!.recall.gold! + perSeed[1]!.recall.gold!) / 2);
  });

  it('gives 95 % intervals of these means, and none for a single seed', async () => {
    const { intervals, perSeed, macroF1 } = await evaluate('undersample');
    const [first, second] = perSeed.map((each) => each.macroF1) as [number, number];
    // Student's t of one degree of freedom is 12.706 there; two values lie half their difference from the mean.
    const margin = (12.706204736 * Math.abs(first - second)) / 2;
    assert.ok(Math.abs(intervals!.macroF1.high - (macroF1 + margin)) < 1e-6);
    assert.ok(Math.abs(intervals!.macroF1.low - (macroF1 - margin)) < 1e-6);
    assert.deepEqual(Object.keys(intervals!.recall), ['crude oil', 'gold', 'tin']);
    const single = await evaluate('undersample', { evaluation: { ...evaluation, seeds: 1 } });
    assert.equal(single.intervals, undefined);
  });

  it('gives the same bytes again', async () => {
    const [first, second] = [await evaluate('generatedOversample'), await evaluate('generatedOversample')];
    assert.equal(JSON.stringify(first), JSON.stringify(second));
  });

  it('gives the same bytes however many seeds are evaluated at a time', async () => {
    const settings: EvaluationSettings = {
      ...{ ...defaults, seeds: 3, protocols: ['paper', 'tuned'] },
      ...{ tuningUpdates: [1], tuningRates: [1, 4] },
    };
    const [one, three] = [
      await evaluate('regular', { evaluation: settings }),
      await evaluate('regular', { evaluation: settings, concurrency: 3 }),
    ];
    assert.equal(JSON.stringify(three), JSON.stringify(one));
    assert.equal(one.perSeed.length, 3);
  });

  it('finds that oversampling saves the rare classes', async () => {
    const [regular, oversampled] = [await evaluate('regular'), await evaluate('oversample')];
    assert.ok(oversampled.macroF1 > 0.95, String(oversampled.macroF1));
    assert.ok(oversampled.recall.tin! > regular.recall.tin!, String(regular.recall.tin));
  });

  it('passes over generated records where the method has no use for them', async () => {
    assert.deepEqual(await evaluate('oversample'), await evaluate('oversample', { generated: [] }));
  });

  it('counts a class that only the test has as missed', async () => {
    const more = [...test, { id: 'zinc', text: 'zinc said', label: 'zinc' }];
    const { recall, support } = await evaluate('regular', { test: more });
    assert.equal(recall.zinc, 0);
    assert.equal(support.zinc, 1);
  });

  it('keeps a class with a name that JavaScript has other plans for', async () => {
    const pages = makePages({ constructor: 5, gold: 5 });
    pages.push({ id: 'p', text: 'proto words', label: '__proto__' });
    const { recall } = await evaluate('regular', { train: pages, test: pages });
    assert.deepEqual(Object.keys(recall), ['__proto__', 'constructor', 'gold']);
  });

  it('tells how far it is', async () => {
    const shares: number[] = [];
    await evaluate('regular', { onProgress: (share: number) => shares.push(share) });
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(evaluate('regular', { signal }), /enough/);
  });

  const mistakes: [string, object, RegExp][] = [
    ['no training records', { train: [] }, /training records/],
    ['no test records', { test: [] }, /test records/],
    [
      "two classes that are one in fastText's format",
      { train: [...train, { id: 'x', text: 'x', label: 'crude_oil' }] },
      /"crude oil" and "crude_oil"/,
    ],
  ];
  for (const [what, more, message] of mistakes) {
    it(`refuses ${what}`, () => assert.rejects(evaluate('regular', more), { name: 'InvalidInput', message }));
  }
});
