import assert from 'node:assert/strict';
import { windowsOf } from '../../../../lib/balancing/strategies/windows.ts';

const countWords = (text: string) => text.split(' ').length;
const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');

describe('windowsOf', () => {
  it('leaves a text that fits as it is', () => {
    assert.deepEqual(windowsOf(words(10), 10, countWords), [words(10)]);
  });

  it('cuts a longer one into windows that fit, as long as each other, without losing a word', () => {
    const windows = windowsOf(words(25), 10, countWords);
    assert.deepEqual(windows.map(countWords), [8, 8, 9]);
    assert.equal(windows.join(' '), words(25));
  });

  it('has none of a text too short to be blanked in part', () => {
    assert.deepEqual(windowsOf('two words', 10, countWords), []);
    assert.deepEqual(windowsOf('   ', 10, countWords), []);
  });
});
