import assert from 'node:assert/strict';
import { requireBothSides } from '../../../lib/corpus/split.ts';
import { sideOf } from '../side-of.ts';

const ids = Array.from({ length: 10_000 }, (_, at) => `row-${at}`);
const testIds = (settings: { test: number; seed: number }) =>
  ids.filter((id) => sideOf(id, settings) === 'test');

describe('split', () => {
  for (const test of [0.05, 0.15, 0.5])
    it(`holds out ${test} of the records, within three standard deviations`, () => {
      const deviation = Math.sqrt(ids.length * test * (1 - test));
      const held = testIds({ test, seed: 42 }).length;
      assert.ok(Math.abs(held - ids.length * test) < 3 * deviation, `${held} held out`);
    });

  it('gives an id the side it always had', () => {
    assert.deepEqual(
      ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'].map((id) => sideOf(id, { test: 0.3, seed: 42 })),
      SIDES_OF_1_TO_10,
    );
  });

  it('keeps held-out records held out when the share grows', () => {
    const larger = new Set(testIds({ test: 0.3, seed: 42 }));
    assert.ok(testIds({ test: 0.15, seed: 42 }).every((id) => larger.has(id)));
  });

  it('is another one under another seed', () => {
    const other = new Set(testIds({ test: 0.15, seed: 43 }));
    const common = testIds({ test: 0.15, seed: 42 }).filter((id) => other.has(id)).length;
    assert.ok(common < 0.05 * ids.length);
  });

  it('names a class that has no record on a side', () => {
    const message = (train: number, test: number) => {
      try {
        requireBothSides([{ name: 'wireless', train, test }], { test: 0.15, seed: 42 });
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    assert.match(
      message(12, 0),
      /none of the 12 records of the class "wireless" fell on the test side.*split\.seed/,
    );
    assert.match(message(0, 12), /the class "wireless" fell on the training side/);
    assert.equal(message(11, 1), '');
  });
});

/** What this version gives. A change moves test records to the training side of users' refreshed datasets. */
const SIDES_OF_1_TO_10 = 'test,train,train,train,train,train,train,train,train,train'.split(',');
