import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTokenizer, loadTokenizer } from '../../../lib/t5/tokenizer/load-tokenizer.ts';

const fixtures = path.join(import.meta.dirname, '../../fixtures/tokenizer');
interface Case {
  text: string;
  ids: number[];
  decoded: string;
}

describe('loadTokenizer', () => {
  it("gives the ids and the decoded texts that Python's tokenizers gives, on texts made to break it", async () => {
    const tokenizer = await loadTokenizer(path.join(fixtures, 'small'));
    const cases = JSON.parse(await readFile(path.join(fixtures, 'expected.json'), 'utf8')) as Case[];
    assert.ok(cases.length >= 300);
    for (const { text, ids, decoded } of cases) {
      assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
      assert.equal(tokenizer.decode(ids), decoded, JSON.stringify(text));
    }
  });

  it('knows the special ids of a T5 vocabulary', async () => {
    const tokenizer = await loadTokenizer(path.join(fixtures, 'small'));
    assert.deepEqual(
      [
        tokenizer.padId,
        tokenizer.eosId,
        tokenizer.sentinelCount,
        tokenizer.sentinel(0),
        tokenizer.sentinel(99),
      ],
      [0, 1, 100, tokenizer.vocabSize - 1, tokenizer.vocabSize - 100],
    );
    assert.throws(() => tokenizer.sentinel(100), RangeError);
  });

  it('skips special tokens, padding and ids without a token when decoding', async () => {
    const tokenizer = await loadTokenizer(path.join(fixtures, 'small'));
    const ids = tokenizer.encode('Our bakery');
    const padded = [0, tokenizer.sentinel(3), ...ids, 0, 0, tokenizer.vocabSize, tokenizer.vocabSize + 27];
    assert.equal(tokenizer.decode(padded), 'Our bakery');
    assert.equal(tokenizer.decode([0, 1]), '');
    assert.equal(tokenizer.decode([]), '');
  });

  describe('refuses', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'tokenizer-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('a folder without a tokenizer', async () => {
      await assert.rejects(loadTokenizer(folder), {
        name: 'InvalidInput',
        message: /has neither tokenizer\.json nor spiece\.model/,
      });
    });

    it('a file that is no tokenizer', async () => {
      await writeFile(path.join(folder, 'tokenizer.json'), '{"cut":');
      await assert.rejects(loadTokenizer(folder), {
        name: 'InvalidInput',
        message: /tokenizer\.json: not a tok/,
      });
    });

    it('a tokenizer without the tokens of T5', async () => {
      const text = await readFile(path.join(fixtures, 'small/tokenizer.json'), 'utf8');
      const changed = text.replaceAll('<pad>', '[PAD]');
      assert.throws(() => createTokenizer(changed), { name: 'InvalidInput', message: /no token <pad>/ });
    });
  });
});
