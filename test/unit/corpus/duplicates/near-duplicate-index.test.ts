import assert from 'node:assert/strict';
import { NearDuplicateIndex } from '../../../../lib/corpus/duplicates/near-duplicate-index.ts';
import { jaccard, wordSequences } from '../../../../lib/corpus/duplicates/word-sequences.ts';
import { createRandom, type Random } from '../../../../lib/random/random.ts';

const VOCABULARY = Array.from({ length: 3000 }, (_, at) => `word${at}`);
const textOf = (random: Random, words: number) =>
  Array.from({ length: words }, () => random.pick(VOCABULARY)).join(' ');

describe('the index of near duplicates', () => {
  it('finds what says nearly the same, whatever its case and punctuation', () => {
    const index = new NearDuplicateIndex(0.8);
    const text = 'We build roofs, walls and floors for houses in the old town since nineteen hundred';
    index.add('Another text about bakeries and bread that has nothing to do with it at all');
    index.add(text);
    assert.equal(index.find(`${text.toUpperCase()}!`), 1);
    assert.equal(index.find(`${text} X`), 1);
    assert.equal(index.find('We build something else'), undefined);
  });

  for (const words of [1, 2, 3, 4, 5, 6])
    it(`takes no two of 1,000 different texts of ${words} words for the same`, () => {
      const index = new NearDuplicateIndex(0.8);
      const random = createRandom(words, 'short texts');
      const texts = new Set<string>();
      while (texts.size < 1000) texts.add(textOf(random, words));
      for (const text of texts) {
        assert.equal(index.find(text), undefined, text);
        index.add(text);
      }
      for (const [at, text] of [...texts].entries()) assert.equal(index.find(`${text}.`), at);
    });

  for (const words of [12, 40, 200])
    it(`finds 98 of 100 copies of texts of ${words} words that are at least 0.8 similar, and no other`, () => {
      const random = createRandom(words, 'copies');
      let found = 0;
      let similar = 0;
      while (similar < 100) {
        const index = new NearDuplicateIndex(0.8);
        const text = textOf(random, words);
        const from = random.int(words);
        const copy = text
          .split(' ')
          .map((word, at) => (at >= from && at < from + words / 20 ? 'new' : word))
          .join(' ');
        index.add(text);
        const isSimilar = jaccard(wordSequences(text), wordSequences(copy)) >= 0.8;
        const isFound = index.find(copy) === 0;
        if (!isSimilar) assert.ok(!isFound);
        else {
          similar++;
          if (isFound) found++;
        }
      }
      assert.ok(found >= 98, `${found} of 100`);
    });

  it('counts letters of any script as parts of words', () => {
    const index = new NearDuplicateIndex(0.8);
    index.add('Größe über alles');
    assert.equal(index.find('„Größe“ – über alles!'), 0);
    assert.equal(index.find('Gr ße ber alles'), undefined);
  });

  it('tells texts without any word from those with some', () => {
    const index = new NearDuplicateIndex(0.8);
    index.add('a word');
    assert.equal(index.find('…'), undefined);
  });
});
