import assert from 'node:assert/strict';
import { SentenceCounts, sentenceKey } from '../../../lib/balancing/sentence-counts.ts';

describe('SentenceCounts', () => {
  it('counts each of many sentences', () => {
    const counts = new SentenceCounts();
    const key = (at: number) => sentenceKey(Int32Array.of(1, 2, at));
    for (let times = 0; times < 3; times++)
      for (let at = times * 1000; at < 5000; at++) assert.equal(counts.add(key(at)), times);
    assert.equal(counts.size, 5000);
    assert.deepEqual(
      [0, 1500, 4999, 5000].map((at) => counts.of(key(at))),
      [1, 2, 3, 0],
    );
  });

  it('tells sentences apart by the order of their words', () => {
    assert.notDeepEqual(sentenceKey(Int32Array.of(1, 2, 3)), sentenceKey(Int32Array.of(1, 3, 2)));
  });
});
