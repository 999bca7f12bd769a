import assert from 'node:assert/strict';
import path from 'node:path';
import { createRandom } from '../../../lib/random/random.ts';
import {
  buildExamples,
  type ExampleSettings,
  pairExample,
} from '../../../lib/t5/objectives/build-examples.ts';
import { loadTokenizer } from '../../../lib/t5/tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../../../lib/t5/tokenizer/tokenizer.ts';

const LIMITS = { maxInputTokens: 24, maxTargetTokens: 16 };
const short = 'Our bakery offers fresh bread';
const long = Array.from(
  { length: 60 },
  (_, index) => `The printing house sells business cards number ${index}.`,
).join(' ');

describe('buildExamples', () => {
  let tokenizer: Tokenizer;
  before(async () => {
    tokenizer = await loadTokenizer(path.join(import.meta.dirname, '../../fixtures/tokenizer/small'));
  });
  const build = (texts: string[], objective: ExampleSettings['objective']) => [
    ...buildExamples(texts, tokenizer, { objective, ...LIMITS }, createRandom(1, 'examples')),
  ];

  it('makes two examples of a text, one for each direction', () => {
    const [forth, back, ...more] = build([short], 'fillInTheBlank');
    assert.deepEqual(more, []);
    assert.deepEqual(forth, { input: back!.target, target: back!.input });
    const words = new Set(`${tokenizer.decode(forth!.input)} ${tokenizer.decode(forth!.target)}`.split(' '));
    assert.deepEqual([...words].sort(), short.split(' ').sort());
  });

  for (const objective of ['fillInTheBlank', 'spanCorruption'] as const) {
    it(`keeps the examples of ${objective} within the limits, each ending in </s>`, () => {
      const examples = build([short, long], objective);
      assert.ok(examples.length >= 4);
      for (const { input, target } of examples) {
        assert.ok(input.length <= LIMITS.maxInputTokens && target.length <= LIMITS.maxTargetTokens);
        for (const ids of [input, target]) {
          assert.equal(ids.at(-1), tokenizer.eosId);
          assert.equal(ids.indexOf(tokenizer.eosId), ids.length - 1);
        }
      }
    });

    it(`leaves out texts that are too short for ${objective}`, () => {
      assert.deepEqual(build(['', ' \n '], objective), []);
    });
  }

  it('learns all of a long text by span corruption', () => {
    const examples = build([long], 'spanCorruption');
    const sentinels = new Set(Array.from({ length: 100 }, (_, index) => tokenizer.sentinel(index)));
    const tokens = examples
      .flatMap(({ input, target }) => [...input, ...target])
      .filter((id) => id !== tokenizer.eosId && !sentinels.has(id));
    const sorted = (ids: number[]) => ids.toSorted((a, b) => a - b);
    assert.deepEqual(sorted(tokens), sorted(tokenizer.encode(long).slice(0, -1)));
  });

  it('takes pairs as they are', () => {
    const pair = pairExample(short, long, tokenizer, LIMITS);
    assert.deepEqual(pair.input, tokenizer.encode(short));
    assert.deepEqual(pair.target, [...tokenizer.encode(long).slice(0, 15), tokenizer.eosId]);
  });
});
