import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareMethods } from '../../../lib/evaluation/comparison.ts';
import { Figures } from '../../../lib/evaluation/figures.ts';
import type { Method, MethodPredictions } from '../../../lib/evaluation/methods.ts';
import { computeMetrics } from '../../../lib/evaluation/metrics.ts';
import type { Protocol } from '../../../lib/settings/settings.ts';

/** Two classifiers on the same records, and what numpy and scikit-learn find in 4,000 draws of these. */
const { bootstrap } = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluation/statistics.json', import.meta.url), 'utf8'),
) as {
  bootstrap: {
    truth: string[];
    first: string[];
    second: string[];
    difference: number;
    interval: [number, number];
    p: number;
    recallOfC: [number, number];
  };
};
const { truth, first, second } = bootstrap;

function predictionsOf(
  method: Method,
  protocols: Partial<Record<Protocol, string[][]>>,
  labels = ['a', 'b', 'c'],
): MethodPredictions {
  const number = (label: string) => labels.indexOf(label);
  return {
    method,
    labels,
    truth: truth.map(number),
    protocols: Object.fromEntries(
      Object.entries(protocols).map(([protocol, seeds]) => [protocol, seeds.map((seed) => seed.map(number))]),
    ),
  };
}

const settings = { protocols: ['paper'] as Protocol[], resamples: 4000, seed: 42 };
const compare = (methods: MethodPredictions[], more: object = {}) =>
  compareMethods(methods, { ...settings, ...more });

/** All right but for every n-th record. */
const wrongAtEvery = (n: number) =>
  truth.map((label, record) => (record % n === 0 ? (label === 'a' ? 'b' : 'a') : label));

describe('the comparison of methods', () => {
  it("finds numpy's interval and p value of a difference, up to the chance of the draws", async () => {
    const { protocols } = await compare([
      predictionsOf('oversample', { paper: [first] }),
      predictionsOf('regular', { paper: [second] }),
    ]);
    const { macroF1 } = protocols.paper!.pairs[0]!;
    assert.ok(Math.abs(macroF1.difference - bootstrap.difference) < 1e-9);
    assert.ok(Math.abs(macroF1.low - bootstrap.interval[0]) < 0.01, String(macroF1.low));
    assert.ok(Math.abs(macroF1.high - bootstrap.interval[1]) < 0.01, String(macroF1.high));
    assert.ok(Math.abs(macroF1.p - bootstrap.p) < 0.02, String(macroF1.p));
    const { c } = protocols.paper!.intervals.oversample!.recall;
    assert.ok(Math.abs(c!.low - bootstrap.recallOfC[0]) < 0.03, String(c!.low));
    assert.equal(c!.high, 1);
  });

  it('counts for McNemar the records that only one method gets right', async () => {
    const { protocols } = await compare([
      predictionsOf('oversample', { paper: [first] }),
      predictionsOf('regular', { paper: [second] }),
    ]);
    const { mcnemar } = protocols.paper!.pairs[0]!;
    const only = (a: string[], b: string[]) =>
      truth.filter((label, record) => a[record] === label && b[record] !== label).length;
    assert.deepEqual([mcnemar.onlyFirst, mcnemar.onlySecond], [only(first, second), only(second, first)]);
  });

  it('takes the same predictions of more seeds for no more evidence', async () => {
    const once = await compare([
      predictionsOf('oversample', { paper: [first] }),
      predictionsOf('regular', { paper: [second] }),
    ]);
    const fiveTimes = await compare([
      predictionsOf('oversample', { paper: Array(5).fill(first) }),
      predictionsOf('regular', { paper: Array(5).fill(second) }),
    ]);
    const [[a], [b]] = [once.protocols.paper!.pairs, fiveTimes.protocols.paper!.pairs];
    assert.ok(Math.abs(a!.macroF1.p - b!.macroF1.p) < 0.001);
    assert.deepEqual(a!.mcnemar, b!.mcnemar);
  });

  it('corrects for the number of pairs', async () => {
    const { protocols } = await compare([
      predictionsOf('regular', { paper: [second] }),
      predictionsOf('undersample', { paper: [wrongAtEvery(2)] }),
      predictionsOf('oversample', { paper: [first] }),
    ]);
    const { pairs } = protocols.paper!;
    assert.deepEqual(
      pairs.map((pair) => [pair.first, pair.second]),
      [
        ['regular', 'undersample'],
        ['regular', 'oversample'],
        ['undersample', 'oversample'],
      ],
    );
    for (const measure of ['microF1', 'macroF1', 'mcnemar'] as const) {
      const least = Math.min(...pairs.map((pair) => pair[measure].p));
      const smallest = pairs.find((pair) => pair[measure].p === least)!;
      assert.equal(smallest[measure].correctedP, Math.min(1, 3 * least));
    }
  });

  it('does not mind in which order methods number the classes', async () => {
    const other = predictionsOf('oversample', { paper: [first] }, ['z', 'c', 'b', 'a']);
    const { protocols } = await compare([predictionsOf('regular', { paper: [first] }), other]);
    const [pair] = protocols.paper!.pairs;
    assert.deepEqual([pair!.macroF1.difference, pair!.mcnemar.onlyFirst], [0, 0]);
  });

  it('refuses methods that were tested on different records', async () => {
    const other = predictionsOf('oversample', { paper: [first] });
    other.truth.reverse();
    await assert.rejects(compare([predictionsOf('regular', { paper: [first] }), other]), {
      name: 'InvalidInput',
      message: /oversample and regular were tested on different records/,
    });
  });

  it('repeats itself', async () => {
    const methods = [
      predictionsOf('oversample', { paper: [first, second] }),
      predictionsOf('regular', { paper: [second, second] }),
    ];
    const few = { resamples: 200 };
    assert.deepEqual(await compare(methods, few), await compare(methods, few));
  });
});

describe('the figures of weighted records', () => {
  it('are the metrics of the records drawn that often', () => {
    const weights = Uint32Array.from(truth, (_, record) => record % 3);
    const drawn = [...truth.keys()].flatMap((record) => Array<number>(weights[record]!).fill(record));
    const metrics = computeMetrics(
      drawn.map((record) => truth[record]!),
      drawn.map((record) => first[record]!),
    );
    const { recall, ...averages } = new Figures(predictionsOf('regular', { paper: [first] }), 'paper').of(
      weights,
    );
    for (const average of ['microF1', 'macroF1', 'weightedF1'] as const)
      assert.ok(Math.abs(averages[average] - metrics[average]) < 1e-12, average);
    for (const [label, value] of recall) assert.equal(value, metrics.classes.get(label)!.recall);
  });

  it('are those of scikit-learn too where a class is nowhere', () => {
    const few = { ...predictionsOf('regular', { paper: [['a', 'b']] }, ['a', 'b', 'c']), truth: [0, 0] };
    assert.equal(new Figures(few, 'paper').of().macroF1, computeMetrics(['a', 'a'], ['a', 'b']).macroF1);
  });
});
