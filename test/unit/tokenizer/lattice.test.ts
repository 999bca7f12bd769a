import assert from 'node:assert/strict';
import { Lattice } from '../../../lib/t5/tokenizer/lattice.ts';

const NAMES = ['a', 'b', 'ab', 'ba', 'aba'];
const PROBABILITY = Float64Array.from([0.3, 0.2, 0.25, 0.15, 0.1]);
const pieces = new Map(NAMES.map((name, id) => [name, id]));

/** Every way to cut a word into known pieces. */
function segmentations(word: string): string[][] {
  if (word === '') return [[]];
  return NAMES.filter((name) => word.startsWith(name)).flatMap((name) =>
    segmentations(word.slice(name.length)).map((rest) => [name, ...rest]),
  );
}
const probabilityOf = (names: string[]) =>
  names.reduce((product, name) => product * PROBABILITY[pieces.get(name)!]!, 1);

describe('Lattice', () => {
  for (const word of ['a', 'ab', 'aba', 'abab', 'babaabab']) {
    it(`expects of ${word} what counting all its segmentations gives`, () => {
      const all = segmentations(word);
      const total = all.reduce((sum, names) => sum + probabilityOf(names), 0);
      const wanted = NAMES.map((name) =>
        all.reduce(
          (sum, names) => sum + (7 * probabilityOf(names) * names.filter((n) => n === name).length) / total,
          0,
        ),
      );
      const expected = new Float64Array(NAMES.length);
      new Lattice([Array.from(word)], pieces, 3).addExpected(0, 7, PROBABILITY, expected);
      for (const [id, value] of wanted.entries())
        assert.ok(Math.abs(expected[id]! - value) < 1e-12, NAMES[id]);
    });

    it(`finds the most probable segmentation of ${word}, with and without one piece for the whole`, () => {
      const lattice = new Lattice([Array.from(word)], pieces, 3);
      for (const whole of [true, false]) {
        const allowed = segmentations(word).filter((names) => whole || names.length > 1);
        if (allowed.length === 0) continue;
        const best = Math.max(...allowed.map(probabilityOf));
        const found = lattice.segment(0, PROBABILITY, whole);
        assert.ok(Math.abs(found.probability - best) < 1e-15);
        assert.equal(
          found.pieces
            .toReversed()
            .map((id) => NAMES[id])
            .join(''),
          word,
        );
      }
    });
  }

  it('forgets pieces that are gone and knows the others by their new ids', () => {
    const lattice = new Lattice([Array.from('abab')], pieces, 3);
    lattice.renumber(Int32Array.from([1, 0, -1, -1, -1]));
    assert.deepEqual(lattice.segment(0, Float64Array.from([0.5, 0.5])).pieces, [0, 1, 0, 1]);
  });
});
