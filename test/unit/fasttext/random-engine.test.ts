import assert from 'node:assert/strict';
import { MinStdRand } from '../../../lib/fasttext/random-engine.ts';

describe('std::minstd_rand', () => {
  it('has 399268537 as its 10,000th value from seed 1, as the C++ standard demands', () => {
    const random = new MinStdRand(1);
    let value = 0;
    for (let draw = 0; draw < 10_000; draw++) value = random.next();
    assert.equal(value, 399268537);
  });

  for (const seed of [0, 2147483647, 2 * 2147483647]) {
    it(`takes seed ${seed} for 1`, () => assert.equal(new MinStdRand(seed).next(), 48271));
  }

  it('draws whole numbers over their whole range', () => {
    const random = new MinStdRand(5);
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < 5000; draw++) counts[random.int(5)]!++;
    for (const count of counts) assert.ok(count > 900 && count < 1100, String(counts));
  });
});
