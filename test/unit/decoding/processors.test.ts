import assert from 'node:assert/strict';
import { processorsOf } from '../../../lib/t5/decoding/processors.ts';

const LEFT_OUT = Number.NEGATIVE_INFINITY;
const SETTINGS = { minLength: 0, noRepeatNgramSize: 0, doSample: true, temperature: 1, topK: 0, topP: 1 };

describe('sampling processors', () => {
  const warped = (scores: number[], settings: Partial<typeof SETTINGS>, beams: number) => {
    const changed = Float32Array.from(scores);
    for (const warp of processorsOf({ ...SETTINGS, ...settings }, beams, 1).warpers) warp(changed);
    return [...changed];
  };

  it('keep two tokens for beams, which must be able to go on when one of them ends', () => {
    for (const settings of [{ topK: 1 }, { topP: 0.01 }]) {
      assert.deepEqual(warped([1, 4, 3, 2], settings, 4), [LEFT_OUT, 4, 3, LEFT_OUT]);
      assert.deepEqual(warped([1, 4, 3, 2], settings, 1), [LEFT_OUT, 4, LEFT_OUT, LEFT_OUT]);
    }
  });

  it('keep tokens as probable as the last of the k best', () => {
    assert.deepEqual(warped([2, 3, 2, 1], { topK: 2 }, 1), [2, 3, 2, LEFT_OUT]);
  });

  it('are none without sampling', () => {
    const settings = { doSample: false, temperature: 0.5, topK: 1, topP: 0.5 };
    assert.deepEqual(warped([2, 3, 2, 1], settings, 1), [2, 3, 2, 1]);
  });
});
