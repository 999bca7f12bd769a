import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { computeMetrics } from '../../../lib/evaluation/metrics.ts';

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
}

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluation/metrics.json', import.meta.url), 'utf8'),
) as (Case & { labels: string[] | null })[];

describe('metrics', () => {
  for (const expected of cases.filter(({ labels }) => labels === null)) {
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
