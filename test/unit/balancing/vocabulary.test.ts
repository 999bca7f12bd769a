import assert from 'node:assert/strict';
import { FIGURE, STOP_WORD, TELLING, Vocabulary } from '../../../lib/balancing/vocabulary.ts';
import { comparableWords } from '../../../lib/balancing/words.ts';
import { createRandom } from '../../../lib/random/random.ts';

describe('Vocabulary', () => {
  it('finds the words that comparableWords finds, of any text, and where they begin', () => {
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
      const { words, starts } = vocabulary.read(text);
      const found = Array.from(words, (word) => vocabulary.words[word]!);
      assert.deepEqual(found, comparableWords(text), text);
      for (const [at, start] of starts?.entries() ?? [])
        assert.equal(text.slice(start, start + found[at]!.length).toLowerCase(), found[at], text);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant
      assert.equal(starts !== undefined, /^[\x00-\x7f]*$/.test(text));
    }
  });

  it('knows which words tell classes apart, which have figures and which are stop words', () => {
    const vocabulary = new Vocabulary();
    const { words } = vocabulary.read("roof the 24 don't a");
    assert.deepEqual(
      Array.from(words, (word) => vocabulary.kinds[word]),
      [TELLING, STOP_WORD, FIGURE, STOP_WORD, STOP_WORD],
    );
  });

  it('gives a word the same number for ever, however many come', () => {
    const vocabulary = new Vocabulary();
    const letters = (at: number) => at.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
    const words = Array.from({ length: 60_000 }, (_, at) => `word${letters(at)}`);
    const first = words.map((word) => vocabulary.read(word).words[0]);
    assert.equal(new Set(first).size, new Set(words).size);
    assert.deepEqual(
      words.map((word) => vocabulary.read(word).words[0]),
      first,
    );
  });
});
