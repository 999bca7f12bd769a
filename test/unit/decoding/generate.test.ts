import assert from 'node:assert/strict';
import { loadModel } from '../../../lib/t5/checkpoint/checkpoint.ts';
import { Generator } from '../../../lib/t5/decoding/generator.ts';
import { loadEngine } from '../../../lib/tensorflow/engine.ts';
import { BEAM_SEARCH, CHECKPOINTS, checkpoint, idsOf, readDecodings, withGenerator } from './fixtures.ts';

describe('generate', () => {
  it('decodes a prompt alone as it does in a batch with longer ones', () =>
    withGenerator('odd', async (generator) => {
      const { prompts } = await readDecodings('odd');
      const inputs = [...prompts.slice(0, 6)].sort((a, b) => a.length - b.length);
      assert.ok(inputs[0]!.length < inputs[5]!.length);
      for (const settings of [BEAM_SEARCH, { ...BEAM_SEARCH, numBeams: 1 }]) {
        const together = await generator.generate({ inputs, settings });
        for (const [index, input] of inputs.entries()) {
          const alone = await generator.generate({ inputs: [input], settings });
          assert.deepEqual(alone[0]!.ids, together[index]!.ids);
        }
      }
    }));

  it('decodes the same with a model in memory', async () => {
    const model = await loadModel(checkpoint('gated'));
    const generator = Generator.of(model);
    model.dispose();
    const { prompts, decodings } = await readDecodings('gated');
    const [{ settings, ids }] = decodings as [(typeof decodings)[0]];
    assert.deepEqual(idsOf(await generator.generate({ inputs: prompts, settings })), ids);
    generator.dispose();
  });

  it('in bfloat16 mostly decodes what it does in float32', async () => {
    let same = 0;
    let all = 0;
    for (const name of CHECKPOINTS)
      await withGenerator(
        name,
        async (generator) => {
          const { prompts, decodings } = await readDecodings(name);
          const greedy = decodings[2]!;
          const inputs = prompts.slice(0, greedy.ids.length);
          const found = idsOf(await generator.generate({ inputs, settings: greedy.settings }));
          for (const [index, ids] of found.entries())
            for (const [place, id] of ids.entries()) {
              all++;
              if (id === greedy.ids[index]![place]) same++;
            }
        },
        'bfloat16',
      );
    assert.ok(same > 0.6 * all && same < all, `${same} of ${all}`);
  });

  it('gives memory back', () =>
    withGenerator('relu', async (generator) => {
      const { prompts } = await readDecodings('relu');
      const { binding } = await loadEngine();
      const inputs = prompts.slice(0, 8);
      // Prompts that end early leave the batch; the beams of all of them outlive two tidyings of the cache.
      const settings = [
        { ...BEAM_SEARCH, maxLength: 40 },
        { ...BEAM_SEARCH, minLength: 0, noRepeatNgramSize: 0, earlyStopping: true, maxLength: 40 },
      ];
      const decodeAll = async () => {
        for (const each of settings) await generator.generate({ inputs, settings: each });
      };
      await decodeAll();
      const before = binding.getNumOfTensors();
      await decodeAll();
      assert.equal(binding.getNumOfTensors(), before);
    }));

  it('samples the same for the same seed, something else for another', () =>
    withGenerator('relu', async (generator) => {
      const inputs = (await readDecodings('relu')).prompts.slice(0, 8);
      const settings = { ...BEAM_SEARCH, doSample: true, numBeams: 1 };
      const sample = async (seed: number) => idsOf(await generator.generate({ inputs, settings, seed }));
      assert.deepEqual(await sample(1), await sample(1));
      assert.notDeepEqual(await sample(1), await sample(2));
    }));

  it('stops at the signal', () =>
    withGenerator('relu', async (generator) => {
      const abortion = new AbortController();
      const generation = generator.generate({ inputs: [[5, 1]], settings: BEAM_SEARCH }, abortion.signal);
      abortion.abort(new Error('enough'));
      await assert.rejects(generation, /enough/);
    }));

  it('ends where every token is forbidden', () =>
    withGenerator('relu', async (generator) => {
      const settings = { ...BEAM_SEARCH, noRepeatNgramSize: 1, minLength: 200, maxLength: 200 };
      const [generation] = await generator.generate({ inputs: [[5, 1]], settings });
      assert.ok(generation!.ids.length >= 118, `${generation!.ids.length}`);
    }));
});
