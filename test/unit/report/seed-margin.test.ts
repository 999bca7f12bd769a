import assert from 'node:assert/strict';
import { margin95 } from '../../../lib/report/seed-margin.ts';

describe('the margin of a mean over seeds', () => {
  // Reference: scipy.stats.t.interval(0.95, n - 1, loc=mean, scale=sem).
  const cases: [values: number[], margin: number | undefined][] = [
    [[], undefined],
    [[0.5], undefined],
    [[0.5, 0.7], 1.270620473617471],
    [[0.61, 0.64, 0.66, 0.63, 0.65], 0.02388388],
    [Array.from({ length: 41 }, (_, at) => at / 40), 0.09452715],
  ];
  for (const [values, margin] of cases)
    it(`is Student's t interval for ${values.length} values`, () => {
      const found = margin95(values);
      if (margin === undefined) assert.equal(found, undefined);
      else assert.ok(Math.abs(found! - margin) < 1e-4 * Math.max(1, margin), `${found}`);
    });
});
