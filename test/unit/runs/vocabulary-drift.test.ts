import assert from 'node:assert/strict';
import { countEach } from '../../../lib/arithmetic/counts.ts';
import { comparableWords } from '../../../lib/balancing/words.ts';
import { vocabularyDrift } from '../../../lib/runs/vocabulary-drift.ts';

const counted = (...texts: string[]) => countEach(texts.flatMap(comparableWords));

describe('the drift of a vocabulary', () => {
  it('is nothing between the same words, whatever their case and number', () => {
    const { divergence, newWords, goneWords, risen, fallen } = vocabularyDrift(
      counted('Paper and ink.'),
      counted('ink AND paper', 'paper, and ink'),
    );
    assert.ok(Math.abs(divergence) < 1e-12);
    assert.deepEqual([newWords, goneWords, risen, fallen], [0, 0, [], []]);
  });

  it('is one bit between vocabularies with nothing in common', () => {
    const { divergence, newWords, goneWords } = vocabularyDrift(counted('paper ink'), counted('apps apps'));
    assert.deepEqual([divergence, newWords, goneWords], [1, 1, 1]);
  });

  it('agrees with scipy.spatial.distance.jensenshannon([0.5, 0.5, 0], [0.25, 0.25, 0.5], 2) ** 2', () => {
    const { divergence } = vocabularyDrift(counted('a b'), counted('a b c c'));
    assert.ok(Math.abs(divergence - 0.31127812445913283) < 1e-12, String(divergence));
  });

  it('names the words that rose and fell most', () => {
    const { risen, fallen } = vocabularyDrift(
      counted('paper ink ink press'),
      counted('paper apps apps press'),
    );
    assert.deepEqual(risen, [{ word: 'apps', before: 0, after: 0.5 }]);
    assert.deepEqual(fallen, [{ word: 'ink', before: 0.5, after: 0 }]);
  });
});
