import assert from 'node:assert/strict';
import { bucketOfNgram, extendNgram, hashOf, startNgram } from '../../../lib/fasttext/hash.ts';
import { toBytes } from '../../../lib/fasttext/tokens.ts';

describe('the hash of a word n-gram', () => {
  const sequences = [
    ['gold', 'ounce'],
    ['größe', '漢字', '</s>'],
    ['a', 'b', 'c', 'd', 'e', 'f'],
  ];
  for (const words of sequences) {
    it(`is that of 64-bit arithmetic: ${words.join(' ')}`, () => {
      const hashes = words.map((word) => hashOf(toBytes(word)));
      const state = { high: 0, low: 0 };
      startNgram(state, hashes[0]!);
      let exact = BigInt.asUintN(64, BigInt(hashes[0]!));
      for (const hash of hashes.slice(1)) {
        extendNgram(state, hash);
        exact = BigInt.asUintN(64, exact * 116049371n + BigInt(hash));
        assert.equal((BigInt(state.high) << 32n) + BigInt(state.low), exact);
        for (const buckets of [1, 300, 2_000_000, 2_147_483_647]) {
          assert.equal(bucketOfNgram(state, buckets), Number(exact % BigInt(buckets)));
        }
      }
    });
  }
});
