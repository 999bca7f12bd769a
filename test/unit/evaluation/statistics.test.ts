import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { quantile } from '../../../lib/arithmetic/quantile.ts';
import {
  fisherTest,
  holmCorrection,
  studentQuantile,
  studentTail,
} from '../../../lib/evaluation/statistics.ts';
import {
  estimateOverSplits,
  intervalOf,
  pValueOf,
  shareIntervalOf,
} from '../../../lib/evaluation/uncertainty.ts';

type Hits = { hits: number; of: number };

const expected = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluation/statistics.json', import.meta.url), 'utf8'),
) as {
  student: { probability: number; freedom: number; quantile: number }[];
  intervals: { values: number[]; low: number; high: number }[];
  tails: { t: number; freedom: number; probability: number }[];
  resampled: { differences: number[]; testShare: number; p: number }[];
  fisher: { first: Hits; second: Hits; p: number }[];
  wilson: { right: number; of: number; low: number; high: number }[];
  holm: { p: number[]; corrected: number[] }[];
};

describe('statistics', () => {
  for (const { probability, freedom, quantile: value } of expected.student)
    it(`have scipy's quantile ${probability} of Student's t with ${freedom} degrees of freedom`, () =>
      assertClose(studentQuantile(probability, freedom), value));

  for (const { values, low, high } of expected.intervals)
    it(`have scipy's 95 % interval of the mean of ${values.length} values`, () => {
      const interval = intervalOf(estimateOverSplits(values, 0));
      assertClose(interval.low, low);
      assertClose(interval.high, high);
    });

  for (const { t, freedom, probability } of expected.tails)
    it(`have scipy's probability of more than ${t} by Student's t with ${freedom} degrees of freedom`, () =>
      assertClose(studentTail(t, freedom), probability));

  for (const { differences, testShare, p } of expected.resampled)
    it(`have the corrected resampled t test of ${differences.join(', ')}`, () =>
      assertClose(pValueOf(estimateOverSplits(differences, testShare)), p));

  for (const { first, second, p } of expected.fisher)
    it(`have scipy's exact test of ${first.hits} of ${first.of} against ${second.hits} of ${second.of}`, () =>
      assertClose(fisherTest(first, second), p));

  for (const { right, of, low, high } of expected.wilson)
    it(`have statsmodels' Wilson interval of ${right} of ${of}`, () => {
      const interval = shareIntervalOf({ mean: right / of, standardError: 0, freedom: 1 }, of);
      assertClose(interval.low, low);
      assertClose(interval.high, high);
    });

  for (const { p, corrected } of expected.holm)
    it(`have statsmodels' Holm correction of ${p.join(', ')}`, () => {
      for (const [index, value] of holmCorrection(p).entries()) assertClose(value, corrected[index]!);
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
