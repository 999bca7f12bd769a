import assert from 'node:assert/strict';
import { resampledIntervals } from '../../../lib/runs/resampled-figures.ts';

describe('the interval of a figure', () => {
  it('is as wide as that of a share of as many records', () => {
    // 80 of 100 right: 0.8 ± 1.96 * sqrt(0.8 * 0.2 / 100) = 0.72 to 0.88.
    const { microF1 } = resampledIntervals(
      [
        [40, 10],
        [10, 40],
      ],
      1,
      42,
    );
    assert.ok(
      Math.abs(microF1.low - 0.72) < 0.02 && Math.abs(microF1.high - 0.88) < 0.02,
      JSON.stringify(microF1),
    );
  });

  it('narrows with the square root of the records', () => {
    const width = (scale: number) => {
      const { macroF1 } = resampledIntervals(
        [
          [60 * scale, 40 * scale],
          [20 * scale, 80 * scale],
        ],
        1,
        42,
      );
      return macroF1.high - macroF1.low;
    };
    assert.ok(Math.abs(width(1) / width(100) - 10) < 1.5, `${width(1)} and ${width(100)}`);
  });

  it('does not narrow with the trainings that saw the same records', () => {
    const once = resampledIntervals(
      [
        [40, 10],
        [10, 40],
      ],
      1,
      42,
    );
    const thrice = resampledIntervals(
      [
        [120, 30],
        [30, 120],
      ],
      3,
      42,
    );
    assert.deepEqual(thrice, once);
  });

  it('is a point where every record is right', () => {
    assert.deepEqual(
      resampledIntervals(
        [
          [9, 0],
          [0, 7],
        ],
        1,
        42,
      ).macroF1,
      { low: 1, high: 1 },
    );
  });
});
