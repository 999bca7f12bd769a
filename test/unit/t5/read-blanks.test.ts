import assert from 'node:assert/strict';
import { readBlanks } from '../../../lib/t5/decoding/blanks.ts';
import type { Tokenizer } from '../../../lib/t5/tokenizer/tokenizer.ts';

/** Ids 0 to 2 are special, 3 to 9 words, 12, 11 and 10 the blanks. */
const tokenizer: Tokenizer = {
  encode: () => [],
  decode: (ids) =>
    Array.from(ids)
      .filter((id) => id > 2 && id < 10)
      .map((id) => `w${id}`)
      .join(' '),
  vocabSize: 13,
  padId: 0,
  eosId: 1,
  sentinelCount: 3,
  sentinel: (index) => 12 - index,
};

describe('readBlanks', () => {
  it('gives what stands behind each blank, in whatever order, and passes over what stands before', () => {
    assert.deepEqual(
      [...readBlanks([5, 11, 3, 4, 12, 6, 1], tokenizer)],
      [
        [1, 'w3 w4'],
        [0, 'w6'],
      ],
    );
  });

  it('takes the first of a blank that comes twice, and has nothing in one that is left open', () => {
    const blanks = readBlanks([12, 3, 12, 4, 11, 10, 1], tokenizer);
    assert.deepEqual([blanks.get(0), blanks.get(1), blanks.get(2)], ['w3', '', '']);
  });
});
