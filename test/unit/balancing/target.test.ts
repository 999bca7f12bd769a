import assert from 'node:assert/strict';
import { missingRecords, promptsFor } from '../../../lib/balancing/target.ts';
import type { GenerateSettings } from '../../../lib/settings/settings.ts';

const SIZES = [1000, 400, 300, 60];

describe('missingRecords', () => {
  const cases: [target: GenerateSettings['target'], records: number, missing: number][] = [
    ['largest', 60, 940],
    ['median', 60, 290],
    [150, 60, 90],
    [0.5, 60, 440],
    [{ times: 4 }, 60, 240],
    [{ times: 0.5 }, 61, 31],
    [{ times: 4 }, 400, 600],
    [{ times: 4 }, 1000, 0],
    ['auto', 60, 240],
    ['auto', 400, 600],
  ];
  for (const [target, records, missing] of cases)
    it(`is ${missing} for a class of ${records} with the target ${JSON.stringify(target)}`, () =>
      assert.equal(missingRecords(target, records, SIZES), missing));
});

describe('promptsFor', () => {
  it('asks as many as are wanted, and the spare ones', () => {
    assert.deepEqual([promptsFor(10, { spare: 0 }), promptsFor(11, { spare: 0.5 })], [10, 17]);
  });
});
