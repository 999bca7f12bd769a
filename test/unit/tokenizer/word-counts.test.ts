import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { normalizedWords, normalizerJson } from '../../../lib/t5/tokenizer/normalization.ts';
import { WordCounts } from '../../../lib/t5/tokenizer/train-tokenizer.ts';

describe('normalizedWords', () => {
  for (const [text, words] of [
    ['  two   words ', ['two', 'words']],
    ['', []],
    ['a\tb\nc\r\nd\u0085e\u00A0f\u2028g\u3000h', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']],
    ['zero\u200Bwidth \uFEFFmark meta\u2581space \uFFFD', ['zero', 'width', 'mark', 'meta', 'space']],
    ['con\u0000tr\u001Bol\u007F', ['control']],
    ['ﬁne Ａ e\u0301 ½', ['fine', 'A', '\u00E9', '1⁄2']],
  ] as const)
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(normalizedWords(text), words));

  it('is the normalisation of the fixture that was compared with Python', async () => {
    const file = path.join(import.meta.dirname, '../../fixtures/tokenizer/small/tokenizer.json');
    const { normalizer } = JSON.parse(await readFile(file, 'utf8')) as { normalizer: unknown };
    assert.deepEqual(normalizer, normalizerJson);
  });
});

describe('WordCounts', () => {
  it('gives the most frequent words first, ties in the order of their characters', () => {
    const counts = new WordCounts();
    for (const text of ['b a c', 'c b', 'c d']) counts.add(text);
    assert.deepEqual(counts.mostFrequent(3), [
      ['c', 3],
      ['b', 2],
      ['a', 1],
    ]);
  });

  it('lets the rarest words go when there are too many, and keeps the frequent ones', () => {
    const counts = new WordCounts(100);
    for (let round = 0; round < 1000; round++) counts.add(`often sometimes${round % 7} once${round}`);
    const words = counts.mostFrequent(1000);
    assert.ok(words.length <= 100);
    assert.equal(words[0]![0], 'often');
    assert.deepEqual(
      words
        .slice(1, 8)
        .map(([word]) => word)
        .sort(),
      Array.from({ length: 7 }, (_, n) => `sometimes${n}`),
    );
  });
});
