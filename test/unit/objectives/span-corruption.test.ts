import assert from 'node:assert/strict';
import { createRandom } from '../../../lib/random/random.ts';
import { rawLength, spanCorruption } from '../../../lib/t5/objectives/span-corruption.ts';

const EOS = 1;
const FIRST_SENTINEL = 10_000;
const tokenizer = { eosId: EOS, sentinelCount: 100, sentinel: (index: number) => FIRST_SENTINEL - index };
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => 100 + index);
const isSentinel = (id: number) => id > FIRST_SENTINEL - 100;

/** Puts the target's spans in place of the input's sentinels. */
function rebuild(input: readonly number[], target: readonly number[]): number[] {
  const spans = new Map<number, number[]>();
  let current: number[] = [];
  for (const id of target.slice(0, -1)) {
    if (!isSentinel(id)) current.push(id);
    else {
      current = [];
      spans.set(id, current);
    }
  }
  return input.slice(0, -1).flatMap((id) => (isSentinel(id) ? spans.get(id)! : [id]));
}

describe('spanCorruption', () => {
  it('lets the original tokens be rebuilt, with both sides ending in </s>', () => {
    const random = createRandom(1, 'test');
    for (let length = 2; length < 400; length++) {
      const { input, target } = spanCorruption(idsOf(length), random, tokenizer);
      assert.deepEqual(rebuild(input, target), idsOf(length));
      assert.deepEqual([input.at(-1), target.at(-1)], [EOS, EOS]);
    }
  });

  // Counts of the t5 library's random_spans_noise_mask: round(length * 0.15), round(noise / 3), halves to even.
  for (const [length, noise, spans] of [
    [2, 1, 1],
    [10, 2, 1],
    [30, 4, 1],
    [50, 8, 3],
    [100, 15, 5],
    [137, 21, 7],
    [512, 77, 26],
  ] as const)
    it(`drops ${noise} of ${length} tokens in ${spans} spans, beginning with a kept and ending with a dropped one`, () => {
      const { input, target } = spanCorruption(idsOf(length), createRandom(2, 'test'), tokenizer);
      assert.equal(input.filter(isSentinel).length, spans);
      assert.equal(target.length, noise + spans + 1);
      assert.equal(input.length, length - noise + spans + 1);
      assert.equal(input[0], 100);
      assert.equal(input.at(-2), FIRST_SENTINEL - (spans - 1));
      assert.deepEqual(input.filter(isSentinel), target.filter(isSentinel));
    });

  it('finds all masks equally likely', () => {
    const random = createRandom(3, 'test');
    const counts = new Map<string, number>();
    // 10 tokens, 4 dropped in 2 spans: C(3, 1) ways to cut the dropped, C(5, 1) to cut the kept.
    const settings = { density: 0.4, meanSpan: 2 };
    for (let round = 0; round < 15_000; round++) {
      const key = spanCorruption(idsOf(10), random, tokenizer, settings).input.join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    assert.equal(counts.size, 15);
    for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 130, String(count));
  });

  it('uses no more spans than there are sentinels', () => {
    const { input, target } = spanCorruption(idsOf(5000), createRandom(4, 'test'), tokenizer);
    assert.equal(input.filter(isSentinel).length, 100);
    assert.deepEqual(rebuild(input, target), idsOf(5000));
  });

  it('refuses what nothing can be dropped from', () => {
    assert.throws(() => spanCorruption([7], createRandom(5, 'test'), tokenizer), RangeError);
  });
});

describe('rawLength', () => {
  // What random_spans_helper gives for 0.15 and 3: T5's own pre-training uses 568 for 512.
  for (const [maxInput, raw] of [
    [512, 568],
    [128, 141],
    [256, 284],
  ] as const)
    it(`is ${raw} tokens for inputs of ${maxInput}`, () => {
      assert.equal(rawLength(maxInput, 512, 100), raw);
    });

  it('minds the target, too', () => {
    const raw = rawLength(512, 20, 100);
    const { target } = spanCorruption(idsOf(raw), createRandom(1, 'test'), tokenizer);
    assert.ok(raw < 150 && target.length <= 20);
  });
});
