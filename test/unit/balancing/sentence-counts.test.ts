import assert from 'node:assert/strict';
import { SentenceCounts, sentenceKey } from '../../../lib/balancing/sentence-counts.ts';

describe('SentenceCounts', () => {
  it('counts each of many sentences', () => {
    const counts = new SentenceCounts();
    const hashes = Int32Array.from({ length: 5001 }, (_, word) => Math.imul(word, 0x9e3779b1));
    const key = (at: number) => sentenceKey(Int32Array.of(1, 2, at), hashes);
    for (let times = 0; times < 3; times++)
      for (let at = times * 1000; at < 5000; at++) assert.equal(counts.add(key(at)), times);
    assert.equal(counts.size, 5000);
    assert.deepEqual(
      [0, 1500, 4999, 5000].map((at) => counts.of(key(at))),
      [1, 2, 3, 0],
    );
  });

  it('tells sentences apart by the order of their words', () => {
    const hashes = Int32Array.of(0, 17, 33, 250);
    assert.notDeepEqual(
      sentenceKey(Int32Array.of(1, 2, 3), hashes),
      sentenceKey(Int32Array.of(1, 3, 2), hashes),
    );
  });
});
