import assert from 'node:assert/strict';
import { createRandom } from '../../../lib/random/random.ts';
import { CHECKPOINTS, idsOf, readDecodings, uniform, withGenerator } from './fixtures.ts';

const drawing = (input: number) => ({ ...createRandom(0), next: uniform(input) });

describe("decoding gives what transformers' generate gives", () => {
  let prompts = 0;

  for (const name of CHECKPOINTS)
    it(`${name}: the same ids and scores, whatever the settings`, () =>
      withGenerator(name, async (generator) => {
        const expected = await readDecodings(name);
        for (const { settings, ids, scores } of expected.decodings) {
          const inputs = expected.prompts.slice(0, ids.length);
          const generations = await generator.generate({ inputs, settings }, undefined, drawing);
          const place = JSON.stringify(settings);
          assert.deepEqual(idsOf(generations), ids, place);
          for (const [index, score] of (scores ?? []).entries())
            assert.ok(
              Math.abs(generations[index]!.score - score) < 1e-4 * Math.max(1, Math.abs(score)),
              `${generations[index]!.score} instead of ${score} with ${place}`,
            );
        }
        prompts += expected.prompts.length;
      }));

  it('on at least 200 prompts', () => {
    assert.ok(prompts >= 200, `${prompts}`);
  });
});
