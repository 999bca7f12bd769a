import assert from 'node:assert/strict';
import { tellsClassesApart } from '../../../lib/balancing/stop-words.ts';
import { Vocabulary } from '../../../lib/balancing/vocabulary.ts';
import { comparableWords } from '../../../lib/balancing/words.ts';
import { createRandom } from '../../../lib/random/random.ts';

describe('Vocabulary', () => {
  it('finds the telling words that comparableWords finds, of any text', () => {
    const random = createRandom(1, 'vocabulary');
    const vocabulary = new Vocabulary();
    const pieces = [
      'roof',
      'Wall',
      "builder's",
      "'",
      ' ',
      '. ',
      'the',
      '24',
      'a',
      'é',
      'ß',
      '’',
      '-',
      'x',
      "it's",
    ];
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.int(30) }, () => random.pick(pieces)).join('');
      const found = Array.from(vocabulary.wordsOf(text), (word) => vocabulary.words[word]);
      assert.deepEqual(found, comparableWords(text).filter(tellsClassesApart), text);
    }
  });

  it('gives a word the same number for ever, however many come', () => {
    const vocabulary = new Vocabulary();
    const letters = (at: number) => at.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
    const words = Array.from({ length: 60_000 }, (_, at) => `word${letters(at)}`);
    const first = words.map((word) => vocabulary.wordsOf(word)[0]);
    assert.equal(new Set(first).size, new Set(words).size);
    assert.deepEqual(
      words.map((word) => vocabulary.wordsOf(word)[0]),
      first,
    );
  });
});
