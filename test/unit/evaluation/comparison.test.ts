import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareMethods } from '../../../lib/evaluation/comparison.ts';
import { Figures } from '../../../lib/evaluation/figures.ts';
import { AVERAGES, type MethodPredictions } from '../../../lib/evaluation/methods.ts';
import { computeMetrics } from '../../../lib/evaluation/metrics.ts';
import { estimateMean, shareIntervalOf } from '../../../lib/evaluation/uncertainty.ts';
import { createRandom, type Random } from '../../../lib/random/random.ts';
import { METHODS, type Method } from '../../../lib/settings/method-table.ts';
import type { Protocol } from '../../../lib/settings/settings.ts';

/** Two classifiers on the same records: what numpy finds in 4,000 draws of these, and scikit-learn with other weights. */
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
    slopes: Record<'micro' | 'macro' | 'weighted', number[]>;
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
    trainingRecords: 1000,
    truth: truth.map(number),
    protocols: Object.fromEntries(
      Object.entries(protocols).map(([protocol, seeds]) => [protocol, seeds.map((seed) => seed.map(number))]),
    ),
  };
}

const compare = (methods: MethodPredictions[], protocols: Protocol[] = ['paper']) =>
  compareMethods(methods, { protocols });

/** A classifier's answers with one seed: each record is wrong with this probability. */
const answers = (random: Random, wrong: (record: number) => number) =>
  truth.map((label, record) => (random.next() < wrong(record) ? random.pick(['a', 'b', 'c']) : label));

describe('the comparison of methods', () => {
  it("finds numpy's interval and p value where the seeds do not differ, up to the chance of the draws", async () => {
    const { protocols } = await compare([
      predictionsOf('oversample', { paper: Array(5).fill(first) }),
      predictionsOf('regular', { paper: Array(5).fill(second) }),
    ]);
    const { macroF1 } = protocols.paper!.pairs[0]!;
    assert.ok(Math.abs(macroF1.difference - bootstrap.difference) < 1e-9);
    assert.ok(Math.abs(macroF1.low - bootstrap.interval[0]) < 0.01, String(macroF1.low));
    assert.ok(Math.abs(macroF1.high - bootstrap.interval[1]) < 0.01, String(macroF1.high));
    assert.ok(Math.abs(macroF1.p - bootstrap.p) < 0.02, String(macroF1.p));
  });

  it('tells nothing from one seed', async () => {
    const { protocols } = await compare([
      predictionsOf('regular', { paper: [second] }),
      predictionsOf('oversample', { paper: [first] }),
    ]);
    const { macroF1, microF1 } = protocols.paper!.pairs[0]!;
    for (const { low, high, p, correctedP } of [macroF1, microF1])
      assert.deepEqual([low, high, p, correctedP], [-1, 1, 1, 1]);
  });

  /** How often methods that `draw` makes are told apart at p < .05. */
  async function shareTold(draw: (random: Random) => MethodPredictions[]): Promise<number> {
    const draws = 200;
    let told = 0;
    for (let seed = 0; seed < draws; seed++) {
      const { protocols } = await compare(draw(createRandom(seed, 'told')));
      if (protocols.paper!.pairs.some(({ macroF1 }) => macroF1.correctedP < 0.05)) told++;
    }
    return told / draws;
  }

  /** Trainings differ in how often they are wrong, and each is wrong about records of its own. */
  const unstable = (random: Random, wrong = 0.2) => {
    const own = wrong + 0.2 * random.next();
    return answers(random, () => own);
  };

  for (const [seeds, methods] of [
    [2, 2],
    [5, 2],
    [10, 2],
    [5, 5],
  ] as const)
    it(`does not tell ${methods} equal methods apart whose trainings vary, with ${seeds} seeds`, async () => {
      const told = await shareTold((random) =>
        METHODS.slice(0, methods).map((method) =>
          predictionsOf(method, { paper: Array.from({ length: seeds }, () => unstable(random)) }),
        ),
      );
      assert.ok(told <= 0.07, String(told));
    });

  it('tells methods apart that differ by more than their trainings vary', async () => {
    const told = await shareTold((random) => [
      predictionsOf('regular', { paper: Array.from({ length: 5 }, () => unstable(random, 0.35)) }),
      predictionsOf('oversample', { paper: Array.from({ length: 5 }, () => unstable(random, 0.1)) }),
    ]);
    assert.ok(told >= 0.8, String(told));
  });

  it('corrects for the number of pairs', async () => {
    const random = createRandom(1, 'pairs');
    const seeds = (wrong: number) => [1, 2, 3].map(() => answers(random, () => wrong));
    const { protocols } = await compare([
      predictionsOf('regular', { paper: seeds(0.1) }),
      predictionsOf('undersample', { paper: seeds(0.5) }),
      predictionsOf('oversample', { paper: seeds(0.15) }),
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
    for (const measure of ['microF1', 'macroF1'] as const) {
      const least = Math.min(...pairs.map((pair) => pair[measure].p));
      const smallest = pairs.find((pair) => pair[measure].p === least)!;
      assert.equal(smallest[measure].correctedP, Math.min(1, 3 * least));
    }
  });

  it('says what tuning is worth to Regular, over the published protocol', async () => {
    const regular = { paper: [second, second], tuned: [first, first] };
    const methods = [predictionsOf('regular', regular), predictionsOf('oversample', regular)];
    const { tuning } = await compare(methods, ['paper', 'tuned']);
    assert.equal(tuning!.over, 'paper');
    assert.ok(Math.abs(tuning!.macroF1.difference - bootstrap.difference) < 1e-9);
    assert.equal((await compare(methods, ['paper'])).tuning, undefined);
  });

  it('does not mind in which order methods number the classes', async () => {
    const other = predictionsOf('oversample', { paper: [first, second] }, ['z', 'c', 'b', 'a']);
    const { protocols } = await compare([predictionsOf('regular', { paper: [first, second] }), other]);
    const [pair] = protocols.paper!.pairs;
    assert.ok(Math.abs(pair!.macroF1.difference) < 1e-12 && pair!.macroF1.p > 0.99, String(pair!.macroF1.p));
  });

  it('refuses methods that were tested on different records', async () => {
    const other = predictionsOf('oversample', { paper: [first] });
    other.truth.reverse();
    await assert.rejects(compare([predictionsOf('regular', { paper: [first] }), other]), {
      name: 'InvalidInput',
      message: /oversample and regular were tested on different records/,
    });
  });
});

describe('the figures of a method', () => {
  const figures = new Figures(predictionsOf('regular', { paper: [first, second] }), 'paper');

  it('are the metrics, seed by seed', () => {
    const metrics = [first, second].map((predicted) => computeMetrics(truth, predicted));
    for (const average of AVERAGES)
      for (const [seed, value] of figures.average(average).values.entries())
        assert.ok(Math.abs(value - metrics[seed]![average]) < 1e-12, average);
    assert.deepEqual(
      figures.recall('c')!.values,
      metrics.map(({ classes }) => classes.get('c')!.recall),
    );
  });

  it("move with each record's weight as scikit-learn's do", () => {
    for (const [name, slopes] of Object.entries(bootstrap.slopes)) {
      const { influences } = figures.average(`${name}F1` as 'macroF1');
      for (const [record, slope] of slopes.entries())
        assert.ok(Math.abs(influences[0]![record]! / truth.length - slope) < 1e-6, `${name} ${record}`);
    }
  });

  it('are those of scikit-learn too where a class is nowhere', () => {
    const few = { ...predictionsOf('regular', { paper: [['a', 'b']] }, ['a', 'b', 'c']), truth: [0, 0] };
    assert.deepEqual(new Figures(few, 'paper').average('macroF1').values, [
      computeMetrics(['a', 'a'], ['a', 'b']).macroF1,
    ]);
    assert.equal(new Figures(few, 'paper').recall('c'), undefined);
  });

  it('have intervals of a recall that keep their width where all of a few records are right', () => {
    const seeds = Array(5).fill([0, 0, 0, 1, 1]);
    const right = { ...predictionsOf('regular', {}), truth: [0, 0, 0, 1, 1], protocols: { paper: seeds } };
    const estimate = estimateMean(new Figures(right, 'paper').recall('a')!)!;
    const { low, high } = shareIntervalOf(estimate, 3);
    // Wilson's interval of three of three.
    assert.ok(Math.abs(low - 0.4385) < 1e-4 && high === 1, `${low} to ${high}`);
  });
});
