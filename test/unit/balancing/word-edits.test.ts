import assert from 'node:assert/strict';
import {
  deleteWords,
  insertWords,
  replaceWords,
  swapWords,
  wordEditor,
} from '../../../lib/balancing/word-edits.ts';
import { createRandom } from '../../../lib/random/random.ts';

const WORDS = Array.from({ length: 25 }, (_, at) => `word${at}`);
const random = (seed = 1) => createRandom(seed, 'edits');
const substitute = () => 'other';
const sorted = (words: readonly string[]) => [...words].sort();

/** EDA's operations touch `max(1, int(0.1 * words))` words. */
describe('word edits', () => {
  it('swap words without losing any', () => {
    const edited = swapWords(WORDS, random());
    assert.deepEqual(sorted(edited), sorted(WORDS));
    const moved = edited.filter((word, at) => word !== WORDS[at]).length;
    assert.ok(moved >= 2 && moved <= 4, String(moved));
    assert.deepEqual(swapWords(['alone'], random()), ['alone']);
  });

  it('delete a tenth of the words on the average, and never all', () => {
    const lengths = Array.from({ length: 400 }, (_, seed) => deleteWords(WORDS, random(seed)).length);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    assert.ok(Math.abs(mean - 22.5) < 0.3, String(mean));
    for (let seed = 0; seed < 50; seed++) assert.deepEqual(deleteWords(['alone'], random(seed)), ['alone']);
  });

  it('replace and insert as many words as EDA does', () => {
    const others = (words: readonly string[]) => words.filter((word) => word === 'other').length;
    const replaced = replaceWords(WORDS, random(), substitute);
    assert.deepEqual([replaced.length, others(replaced)], [25, 2]);
    const inserted = insertWords(WORDS, random(), substitute);
    assert.deepEqual([inserted.length, others(inserted)], [27, 2]);
    assert.deepEqual(
      inserted.filter((word) => word !== 'other'),
      WORDS,
    );
    assert.equal(others(replaceWords(['alone'], random(), substitute)), 1);
  });

  it('take their words from the class, the same for the same seed only', () => {
    const texts = ['crude oil rose', 'oil fell in london'];
    const known = new Set(texts.join(' ').split(' '));
    const edit = wordEditor(texts);
    const edits = (seed: number) => {
      const source = random(seed);
      return Array.from({ length: 20 }, () => edit(source));
    };
    for (const word of edits(1).join(' ').split(' ')) assert.ok(known.has(word), word);
    assert.deepEqual(edits(1), edits(1));
    assert.notDeepEqual(edits(1), edits(2));
  });
});
