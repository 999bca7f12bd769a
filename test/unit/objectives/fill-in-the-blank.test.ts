import assert from 'node:assert/strict';
import { createRandom } from '../../../lib/random/random.ts';
import { fillInTheBlank } from '../../../lib/t5/objectives/fill-in-the-blank.ts';

const wordsOf = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`);
const isBlank = (item: string) => item.startsWith('<extra_id_');

/** The segments between blanks, in order; checks on the way that blanks count up from 0 and never adjoin. */
function segments(text: string): { ownsFirst: boolean; segments: string[][]; blanks: number } {
  const items = text.split(' ');
  const found: string[][] = [];
  let blanks = 0;
  for (const [index, item] of items.entries()) {
    if (isBlank(item)) {
      assert.equal(item, `<extra_id_${blanks++}>`);
      assert.ok(index === 0 || !isBlank(items[index - 1]!));
    } else if (index === 0 || isBlank(items[index - 1]!)) found.push([item]);
    else found.at(-1)!.push(item);
  }
  return { ownsFirst: !isBlank(items[0]!), segments: found, blanks };
}

describe('fillInTheBlank', () => {
  it('lets the original words be rebuilt from the two texts', () => {
    const random = createRandom(1, 'test');
    for (let round = 0; round < 500; round++) {
      const words = wordsOf(2 + random.int(60));
      const { first, second } = fillInTheBlank(words, random)!;
      const own = segments(first);
      const other = segments(second);
      assert.ok(own.ownsFirst && !other.ownsFirst);
      assert.equal(own.blanks, other.segments.length);
      assert.equal(other.blanks, own.segments.length);
      const rebuilt = own.segments.flatMap((segment, index) => [
        ...segment,
        ...(other.segments[index] ?? []),
      ]);
      assert.deepEqual(rebuilt, words);
    }
  });

  it('breaks at least once, and drops texts of fewer than two words', () => {
    const random = createRandom(2, 'test');
    for (let round = 0; round < 200; round++)
      assert.deepEqual(fillInTheBlank(['a', 'b'], random), {
        first: 'a <extra_id_0>',
        second: '<extra_id_0> b',
      });
    assert.equal(fillInTheBlank(['alone'], random), undefined);
    assert.equal(fillInTheBlank([], random), undefined);
  });

  it('breaks each gap with a probability that is log-uniform between 1/(n + 2) and 1/2', () => {
    const random = createRandom(3, 'test');
    const n = 102;
    const gaps = n - 1;
    const rounds = 20_000;
    let breaks = 0;
    let few = 0;
    for (let round = 0; round < rounds; round++) {
      const { first, second } = fillInTheBlank(wordsOf(n), random)!;
      const count = segments(first).segments.length + segments(second).segments.length - 1;
      breaks += count;
      if (count / gaps < 1 / Math.sqrt(2 * (n + 2))) few++;
    }
    // The mean of a log-uniform variable is (b - a) / ln(b / a); a text without a break gets one.
    const [low, high] = [1 / (n + 2), 1 / 2];
    const steps = 10_000;
    let none = 0;
    for (let step = 0; step < steps; step++)
      none += (1 - low * (high / low) ** ((step + 0.5) / steps)) ** gaps / steps;
    const wanted = ((high - low) / Math.log(high / low)) * gaps + none;
    assert.ok(Math.abs(breaks / rounds / wanted - 1) < 0.03, `${breaks / rounds} breaks, ${wanted} wanted`);
    assert.ok(Math.abs(few / rounds - 0.5) < 0.03, `${few / rounds} below the geometric middle`);
  });

  it('uses at most the blanks there are, and keeps all words', () => {
    const random = createRandom(4, 'test');
    for (let round = 0; round < 50; round++) {
      const { first, second } = fillInTheBlank(wordsOf(2000), random, 10)!;
      const [own, other] = [segments(first), segments(second)];
      assert.ok(own.blanks <= 10 && other.blanks <= 10);
      assert.equal([...own.segments, ...other.segments].flat().length, 2000);
    }
  });

  it('gives the same texts for the same seed', () => {
    const draw = () => fillInTheBlank(wordsOf(50), createRandom(5, 'test'));
    assert.deepEqual(draw(), draw());
  });
});
