import assert from 'node:assert/strict';
import { fillBlanks } from '../../../lib/t5/decoding/blanks.ts';

/** Ids 0 to 9, of which 1 is the end and 9, 8, 7 are the blanks; 3 to 6 are words. */
const SENTINELS = [9, 8, 7];
const allowed = (sequence: number[], count = 2, maxLength = 50) => {
  const banned = new Set(fillBlanks(SENTINELS, count, { eosId: 1, maxLength, vocabulary: 10 })(sequence));
  return [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((id) => !banned.has(id));
};
const WORDS = [0, 2, 3, 4, 5, 6];

describe('fillBlanks', () => {
  it('begins with the first blank', () => {
    assert.deepEqual(allowed([0]), [9]);
  });

  it('has something stand in each blank', () => {
    assert.deepEqual(allowed([0, 9]), WORDS);
    assert.deepEqual(allowed([0, 9, 3, 8]), WORDS);
  });

  it('goes on to the next blank alone, and ends behind the last', () => {
    assert.deepEqual(allowed([0, 9, 3]), [...WORDS, 8]);
    assert.deepEqual(allowed([0, 9, 3, 8, 4, 4]), [0, 1, 2, 3, 4, 5, 6]);
  });

  it('hurries when the room gets short, so that every blank is filled', () => {
    assert.deepEqual(allowed([0, 9, 3, 3], 2, 7), [8]);
    let sequence = [0];
    for (let length = 1; length < 8; length++) {
      const choice = allowed(sequence, 3, 8);
      const [id] = choice.includes(3) ? [3] : choice;
      sequence = [...sequence, id!];
    }
    assert.deepEqual(sequence, [0, 9, 3, 8, 3, 7, 3, 1].slice(0, sequence.length));
  });

  it('lets no blank become a text of its own', () => {
    assert.deepEqual(allowed([0, 9, ...Array<number>(16).fill(3)]), [8]);
  });
});
