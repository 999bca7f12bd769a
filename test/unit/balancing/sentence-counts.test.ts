import assert from 'node:assert/strict';
import { SentenceCounts, sentenceKey } from '../../../lib/balancing/sentence-counts.ts';

describe('SentenceCounts', () => {
  it('counts each of many sentences', () => {
    const counts = new SentenceCounts();
    const key = (at: number) => sentenceKey(['we', 'build', `house${at}`]);
    for (let times = 0; times < 3; times++)
      for (let at = times * 1000; at < 5000; at++) assert.equal(counts.add(key(at)), times);
    assert.equal(counts.size, 5000);
    assert.deepEqual(
      [0, 1500, 4999, 5000].map((at) => counts.of(key(at))),
      [1, 2, 3, 0],
    );
  });

  it('tells sentences apart by where their words end', () => {
    assert.notDeepEqual(sentenceKey(['ab', 'c']), sentenceKey(['a', 'bc']));
  });
});
