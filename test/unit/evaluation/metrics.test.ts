import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { evaluateMethod } from '../../../lib/evaluation/evaluate-method.ts';
import { computeMetrics } from '../../../lib/evaluation/metrics.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';

interface Case {
  name: string;
  truth: string[];
  predicted: string[];
  /** The classes in scikit-learn's order, that of the lists below. */
  order: string[];
  microF1: number;
  macroF1: number;
  weightedF1: number;
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
  confusion: number[][];
}

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluation/metrics.json', import.meta.url), 'utf8'),
) as Case[];

describe('metrics', () => {
  for (const expected of cases) {
    it(`are scikit-learn's: ${expected.name}`, () => {
      const metrics = computeMetrics(expected.truth, expected.predicted);
      assert.deepEqual([...metrics.classes.keys()], expected.order);
      for (const average of ['microF1', 'macroF1', 'weightedF1'] as const) {
        assertClose(metrics[average], expected[average], average);
      }
      for (const [index, label] of expected.order.entries()) {
        for (const measure of ['precision', 'recall', 'f1', 'support'] as const) {
          assertClose(
            metrics.classes.get(label)![measure],
            expected[measure][index]!,
            `${measure} of ${label}`,
          );
        }
      }
    });
  }

  for (const { name, truth, predicted, order, confusion } of cases)
    it(`of an evaluation have scikit-learn's confusion matrix: ${name}`, async () => {
      const pageOf = (label: string) => ({ id: label, text: label, label });
      const { result } = await evaluateMethod({
        method: 'regular',
        train: order.map(pageOf),
        test: truth.map(pageOf),
        classifier: { prepare: async () => ({ train: async () => ({ predict: async () => predicted }) }) },
        evaluation: { ...settingsSchema.parse({ source: 'none' }).evaluation, protocols: ['paper'] },
      });
      assert.deepEqual(result.confusion, { labels: order, counts: confusion });
    });

  it('are 0 where there is nothing to compare', () => {
    const { microF1, macroF1, weightedF1 } = computeMetrics([], []);
    assert.deepEqual({ microF1, macroF1, weightedF1 }, { microF1: 0, macroF1: 0, weightedF1: 0 });
  });

  it('need a prediction for every record', () => {
    assert.throws(() => computeMetrics(['a', 'b'], ['a']), RangeError);
  });
});

function assertClose(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9, `${what}: ${actual} in place of ${expected}`);
}
