import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareVocabulary, diversityOf, lengthsOf, selfBleu } from '../../../lib/evaluation/diversity.ts';

const { texts } = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluation/statistics.json', import.meta.url), 'utf8'),
) as {
  texts: {
    varied: string[][];
    alike: string[][];
    selfBleu: { varied: number; alike: number };
    divergence: number;
  };
};

const words = (...lines: string[]) => lines.map((line) => line.split(' '));

describe('the diversity of texts', () => {
  for (const name of ['varied', 'alike'] as const)
    it(`has NLTK's BLEU of each text against the others: ${name}`, () =>
      assert.ok(Math.abs(selfBleu(texts[name]) - texts.selfBleu[name]) < 1e-9));

  it('is 1 in self-BLEU where all texts are the same, and 0 where none shares a word', () => {
    assert.equal(selfBleu(words('gold rose by two', 'gold rose by two', 'gold rose by two')), 1);
    assert.equal(selfBleu(words('gold rose', 'oil fell')), 0);
    assert.equal(selfBleu(words('gold rose')), 0);
  });

  it('counts distinct words, pairs and triples among all of them', () => {
    const { distinct1, distinct2, distinct3 } = diversityOf(words('a b a b', 'a b c', 'a'));
    assert.deepEqual([distinct1, distinct2, distinct3], [3 / 8, 3 / 5, 3 / 3]);
  });
});

describe('the comparison of vocabularies', () => {
  it("has scipy's Jensen-Shannon divergence", () => {
    const { divergence } = compareVocabulary(texts.alike, texts.varied);
    assert.ok(Math.abs(divergence - texts.divergence) < 1e-9);
    const [same, apart] = [words('a b', 'b c'), words('x y')];
    assert.equal(compareVocabulary(same, same).divergence, 0);
    assert.equal(compareVocabulary(same, apart).divergence, 1);
  });

  it('says how much of the words the other set has', () => {
    const found = compareVocabulary(words('a b b', 'z'), words('a a a c', 'd'));
    assert.deepEqual(found, { ...found, generated: 3, real: 3, unknown: 3 / 4 });
    assert.ok(Math.abs(found.covered - 3 / 5) < 1e-12);
  });
});

describe('lengths', () => {
  it('are means and quantiles of the words of a text', () => {
    const lengths = lengthsOf([4, 1, 10, 2, 3]);
    assert.equal(lengths.mean, 4);
    assert.equal(lengths.median, 3);
    assert.ok(Math.abs(lengths.p5 - 1.2) < 1e-12);
    assert.ok(Math.abs(lengths.p95 - 8.8) < 1e-12);
  });
});
