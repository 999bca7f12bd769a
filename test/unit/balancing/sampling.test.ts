import assert from 'node:assert/strict';
import { inRandomOrder, oversample, undersample } from '../../../lib/balancing/sampling.ts';
import { createRandom } from '../../../lib/random/random.ts';

const LABELS = [...Array(50).fill('earn'), ...Array(20).fill('crude'), ...Array(5).fill('gold')] as string[];

const random = (seed = 1) => createRandom(seed, 'sampling');

function countByClass(order: Int32Array): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const record of order) counts[LABELS[record]!] = (counts[LABELS[record]!] ?? 0) + 1;
  return counts;
}

const recordsOf = (order: Int32Array, label: string) =>
  [...order].filter((record) => LABELS[record] === label);

/** How often neighbours are of different classes: 2 where the classes stand in blocks. */
const changes = (order: Int32Array) =>
  order.filter((record, place) => place > 0 && LABELS[record] !== LABELS[order[place - 1]!]).length;

describe('sampling', () => {
  const methods = { inRandomOrder, undersample, oversample };
  for (const [name, draw] of Object.entries(methods)) {
    it(`mixes the classes, the same way for the same seed only: ${name}`, () => {
      const order = draw(LABELS, random());
      assert.ok(changes(order) > 5, `${changes(order)} changes of class`);
      assert.deepEqual(draw(LABELS, random()), order);
      assert.notDeepEqual(draw(LABELS, random(2)), order);
    });

    it(`makes nothing of nothing: ${name}`, () => assert.equal(draw([], random()).length, 0));
  }

  it('takes every record once', () => {
    assert.deepEqual(
      [...inRandomOrder(LABELS, random())].sort((a, b) => a - b),
      [...LABELS.keys()],
    );
  });

  it('cuts every class to the smallest, no record twice', () => {
    const order = undersample(LABELS, random());
    assert.deepEqual(countByClass(order), { earn: 5, crude: 5, gold: 5 });
    assert.equal(new Set(order).size, order.length);
  });

  // numpy.percentile([5, 20, 50], p), rounded down.
  const percentiles: [percentile: number, sizes: Record<string, number>][] = [
    [0, { earn: 5, crude: 5, gold: 5 }],
    [30, { earn: 14, crude: 14, gold: 5 }],
    [50, { earn: 20, crude: 20, gold: 5 }],
    [90, { earn: 44, crude: 20, gold: 5 }],
    [100, { earn: 50, crude: 20, gold: 5 }],
  ];
  for (const [percentile, sizes] of percentiles)
    it(`cuts the larger classes to percentile ${percentile} of the sizes`, () =>
      assert.deepEqual(countByClass(undersample(LABELS, random(), percentile)), sizes));

  it('gives each record of a class the same chance to stay when it is cut', () => {
    const drawn = new Map<number, number>();
    for (let seed = 0; seed < 400; seed++) {
      for (const record of recordsOf(undersample(LABELS, random(seed)), 'crude')) {
        drawn.set(record, (drawn.get(record) ?? 0) + 1);
      }
    }
    assert.equal(drawn.size, 20);
    for (const times of drawn.values()) assert.ok(times > 60 && times < 140, String(times));
  });

  it('draws smaller classes with replacement up to the largest, which stays whole', () => {
    const order = oversample(LABELS, random());
    assert.deepEqual(countByClass(order), { earn: 50, crude: 50, gold: 50 });
    assert.equal(new Set(recordsOf(order, 'earn')).size, 50);
    assert.ok(new Set(recordsOf(order, 'crude')).size < 20, 'twenty draws of fifty never miss one');
    assert.equal(new Set(recordsOf(order, 'gold')).size, 5);
  });
});
