import assert from 'node:assert/strict';
import { hashBytes } from '../../../lib/fasttext/hash.ts';
import { addToken, findToken, TokenTable } from '../../../lib/fasttext/token-table.ts';

/** As many distinct tokens as make every array of the table grow. */
const MANY = Array.from({ length: 20_000 }, (_, index) => Buffer.from(`tøken${index}`));

describe('the table of tokens', () => {
  it('numbers distinct tokens in the order in which they come, and finds them again', () => {
    const table = new TokenTable();
    assert.deepEqual(
      MANY.map((token) => addToken(table, token)),
      [...MANY.keys()],
    );
    assert.deepEqual(
      MANY.toReversed().map((token) => addToken(table, token)),
      [...MANY.keys()].reverse(),
    );
    assert.equal(table.size, MANY.length);
    assert.equal(findToken(table, Buffer.from('tøken20000')), -1);
    for (const number of [0, 4095, 4096, 19_999]) {
      assert.equal(table.textOf(number), `tøken${number}`);
      assert.equal(table.hashes[number], hashBytes(MANY[number]!, 0, MANY[number]!.length));
    }
  });

  it('tells tokens of one hash apart', () => {
    const table = new TokenTable();
    const text = Buffer.from('gold tin gold');
    assert.equal(table.add(text, 0, 4, 7), 0);
    assert.equal(table.add(text, 5, 8, 7), 1);
    assert.equal(table.add(text, 9, 13, 7), 0);
    assert.equal(table.find(text, 5, 8, 7), 1);
    assert.equal(table.find(text, 0, 3, 7), -1);
  });

  it('takes a token that is larger than all its room', () => {
    const table = new TokenTable();
    const long = Buffer.alloc(1 << 18, 'x');
    addToken(table, Buffer.from('a'));
    assert.equal(addToken(table, long), 1);
    assert.equal(Buffer.compare(table.bytesOf(1), long), 0);
  });

  it('keeps bytes that are no UTF-8, and knows how a token begins', () => {
    const table = new TokenTable();
    const broken = Buffer.of(0xff, 0x61, 0xc3);
    addToken(table, broken);
    assert.deepEqual([...table.bytesOf(0)], [...broken]);
    assert.equal(table.startsWith(0, broken.subarray(0, 2)), true);
    assert.equal(table.startsWith(0, Buffer.from('a')), false);
    assert.equal(table.startsWith(0, Buffer.concat([broken, broken])), false);
  });
});
