import assert from 'node:assert/strict';
import { topKWarper, topPWarper } from '../../../lib/t5/decoding/processors.ts';

const LEFT_OUT = Number.NEGATIVE_INFINITY;

describe('sampling processors', () => {
  it('keep two tokens for beams, which must be able to go on when one of them ends', () => {
    for (const process of [topKWarper(1, 2), topPWarper(0.01, 2)]) {
      const scores = Float32Array.of(1, 4, 3, 2);
      process(scores, []);
      assert.deepEqual([...scores], [LEFT_OUT, 4, 3, LEFT_OUT]);
    }
  });

  it('keep tokens as probable as the last of the k best', () => {
    const scores = Float32Array.of(2, 3, 2, 1);
    topKWarper(2, 1)(scores, []);
    assert.deepEqual([...scores], [2, 3, 2, LEFT_OUT]);
  });
});
