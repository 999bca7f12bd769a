import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  holmCorrection,
  mcnemarTest,
  meanInterval,
  quantile,
  studentQuantile,
} from '../../../lib/evaluation/statistics.ts';

const expected = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluation/statistics.json', import.meta.url), 'utf8'),
) as {
  student: { probability: number; freedom: number; quantile: number }[];
  intervals: { values: number[]; low: number; high: number }[];
  mcnemar: { onlyFirst: number; onlySecond: number; p: number }[];
  holm: { p: number[]; corrected: number[] }[];
};

describe('statistics', () => {
  for (const { probability, freedom, quantile: value } of expected.student)
    it(`have scipy's quantile ${probability} of Student's t with ${freedom} degrees of freedom`, () =>
      assertClose(studentQuantile(probability, freedom), value));

  for (const { values, low, high } of expected.intervals)
    it(`have scipy's 95 % interval of the mean of ${values.length} values`, () => {
      const interval = meanInterval(values)!;
      assertClose(interval.low, low);
      assertClose(interval.high, high);
    });

  for (const { onlyFirst, onlySecond, p } of expected.mcnemar)
    it(`have statsmodels' exact McNemar test of ${onlyFirst} against ${onlySecond}`, () =>
      assertClose(mcnemarTest(onlyFirst, onlySecond), p));

  for (const { p, corrected } of expected.holm)
    it(`have statsmodels' Holm correction of ${p.join(', ')}`, () => {
      for (const [index, value] of holmCorrection(p).entries()) assertClose(value, corrected[index]!);
    });

  it('have no interval of one value, and none but the value of equal ones', () => {
    assert.equal(meanInterval([0.5]), undefined);
    assert.deepEqual(meanInterval([0.5, 0.5, 0.5]), { low: 0.5, high: 0.5 });
  });

  it("have numpy's quantiles", () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 0.9, 1].map((share) => quantile([1, 2, 4, 8], share)),
      [1, 1.75, 3, 6.800000000000001, 8],
    );
    assert.equal(quantile([7], 0.3), 7);
  });
});

function assertClose(actual: number, value: number): void {
  const difference = Math.abs(actual - value) / Math.max(1, Math.abs(value));
  assert.ok(difference <= 1e-9, `${actual} in place of ${value}`);
}
