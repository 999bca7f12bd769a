import assert from 'node:assert/strict';
import { MarkovCorpus } from '../../../lib/balancing/markov.ts';
import { createRandom } from '../../../lib/random/random.ts';

const OIL = ['crude oil rose in london', 'crude oil fell in rotterdam', 'oil rose again'];
const GOLD = ['gold fell in london again', 'gold rose in zurich'];
const corpus = new MarkovCorpus([...OIL, ...GOLD]);

const write = (seed: number, records = 200) => {
  const random = createRandom(seed, 'markov');
  const next = corpus.generator(OIL);
  return Array.from({ length: records }, () => next(random));
};

const pairsOf = (text: string) => {
  const words = text.split(' ');
  return words.slice(1).map((word, at) => `${words[at]} ${word}`);
};

describe('records from word n-grams', () => {
  const pairs = new Set([...OIL, ...GOLD].flatMap(pairsOf));

  it('have no two words in a row that stand so nowhere in the corpus', () => {
    for (const text of write(1)) for (const pair of pairsOf(text)) assert.ok(pairs.has(pair), pair);
  });

  it('are mostly of the class, new ones among them', () => {
    const written = write(1);
    const about = written.filter((text) => text.includes('oil')).length;
    assert.ok(about > 150, String(about));
    assert.ok(written.some((text) => text !== '' && !OIL.includes(text)));
    assert.ok(written.some((text) => OIL.includes(text)));
  });

  it('are no longer than the longest of the class, and the same for the same seed only', () => {
    for (const text of write(1)) assert.ok(text.split(' ').length <= 5, text);
    assert.deepEqual(write(1), write(1));
    assert.notDeepEqual(write(1), write(2));
  });
});
