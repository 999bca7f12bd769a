import assert from 'node:assert/strict';
import { createModel, type T5Model } from '../../../lib/t5/checkpoint/checkpoint.ts';
import { scratchConfig } from '../../../lib/t5/checkpoint/presets.ts';
import { Generator, type Precision } from '../../../lib/t5/decoding/generator.ts';
import { loadEngine } from '../../../lib/tensorflow/engine.ts';
import { Operations } from '../../../lib/tensorflow/operations.ts';
import { BFLOAT16, FLOAT } from '../../../lib/tensorflow/tensors.ts';
import { BEAM_SEARCH, idsOf, uniform } from './fixtures.ts';

const VOCABULARY = 320;

/** 16 prompts of 4 beams: as many rows as prepacked matrices are for, where nothing else is said. */
const inputs = Array.from({ length: 16 }, (_, index) => [3 + index, 40 + 7 * index, 90 + index, 1]);
const settings = { ...BEAM_SEARCH, minLength: 12, maxLength: 12 };

describe('prepacked matrices', () => {
  it('give two models of one process, and one of them loaded again, each its own ids', async () => {
    const models = [await randomModel(1), await randomModel(2)] as const;
    const [first, second, again] = [
      await decode(models[0], 'bfloat16'),
      await decode(models[1], 'bfloat16'),
      await decode(models[0], 'bfloat16'),
    ];
    assert.deepEqual(again, first);
    for (const [index, found] of [first, second].entries()) {
      const exact = (await decode(models[index]!, 'float32')).flat();
      const same = found.flat().filter((id, place) => id === exact[place]).length;
      assert.ok(same > 0.5 * exact.length, `model ${index}: ${same} of ${exact.length}`);
    }
    for (const model of models) model.dispose();
  });

  it('make the products of matrices of one shape, for whatever number of rows', async function () {
    const ops = new Operations(await loadEngine());
    if (!ops.canPrepack) this.skip();
    const next = uniform(5);
    const random = (rows: number, columns: number) => {
      const numbers = Float32Array.from({ length: rows * columns }, () => next() - 0.5);
      return ops.cast(ops.floats([rows, columns], numbers), BFLOAT16);
    };
    const largest = ops.tidy(() => {
      const matrices = [random(96, 40), random(96, 40)].map((matrix) => ({
        matrix,
        prepacked: ops.prepack(matrix),
      }));
      const differences = [64, 128, 12].flatMap((rows) =>
        matrices.map(({ matrix, prepacked }) => {
          const x = random(rows, 96);
          const expected = ops.read(ops.cast(ops.matMul(x, matrix), FLOAT));
          const product = ops.matMulPrepacked(ops.reshape(x, [1, 1, rows, 96]), prepacked);
          const found = ops.read(ops.cast(product, FLOAT));
          return Math.max(...expected.map((value, index) => Math.abs(value - found[index]!)));
        }),
      );
      return Math.max(...differences);
    });
    // A bfloat16 near 3, which the largest products come to, has steps of 1/64.
    assert.ok(largest <= 1 / 64, `${largest}`);
    ops.dispose();
  });
});

/** Random weights large enough for clear winners, so that rounding changes few tokens. */
const randomModel = (seed: number): Promise<T5Model> => createModel(scratchConfig('tiny', VOCABULARY), seed);

async function decode(model: T5Model, precision: Precision): Promise<number[][]> {
  const generator = Generator.of(model, { precision });
  const ids = idsOf(await generator.generate({ inputs, settings }));
  generator.dispose();
  return ids;
}
