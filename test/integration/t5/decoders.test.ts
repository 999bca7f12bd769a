import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { Decoders } from '../../../lib/t5/decoding/decoders.ts';
import { Generator, type Precision } from '../../../lib/t5/decoding/generator.ts';
import {
  BEAM_SEARCH,
  CHECKPOINTS,
  checkpoint,
  idsOf,
  readDecodings,
  withGenerator,
} from '../../unit/decoding/fixtures.ts';

const PRECISIONS: Precision[] = ['float32', 'bfloat16'];

describe('decoders', () => {
  for (const name of CHECKPOINTS)
    for (const precision of PRECISIONS)
      it(`in whatever thread give the ids of a generator alone: ${name}, ${precision}`, async () => {
        const prompts = (await readDecodings(name)).prompts.slice(0, 12);
        const batch = { inputs: prompts, settings: BEAM_SEARCH, seed: 0, numbers: [...prompts.keys()] };
        const alone = await withGenerator(
          name,
          (generator) => generator.generate({ inputs: prompts, settings: BEAM_SEARCH }),
          precision,
        );
        await withDecoders(name, precision, async ({ all }) => {
          const decoded = await Promise.all(all.map((decode) => decode(batch)));
          for (const generations of decoded) assert.deepEqual(generations, alone);
        });
      });

  it('draw the same tokens for an input in whatever thread', async () => {
    const { prompts } = await readDecodings('relu');
    const sampling = { ...BEAM_SEARCH, doSample: true, numBeams: 1 };
    const numbers = prompts.map((_, place) => 100 + place);
    await withDecoders('relu', 'float32', async ({ all }) => {
      const [own, other] = await Promise.all(
        all.map((decode) => decode({ inputs: prompts, settings: sampling, seed: 3, numbers })),
      );
      assert.deepEqual(idsOf(other!), idsOf(own!));
    });
  });

  it('stop at the signal, each with its reason', async () => {
    const { prompts } = await readDecodings('relu');
    const endless = { ...BEAM_SEARCH, minLength: 1e6, maxLength: 1e6 };
    await withDecoders('relu', 'float32', async ({ all }) => {
      const abortion = new AbortController();
      const decodings = all.map((decode) =>
        decode({ inputs: prompts, settings: endless, seed: 0, numbers: [] }, abortion.signal),
      );
      const outcomes = Promise.allSettled(decodings);
      await setTimeout(300);
      abortion.abort(new Error('enough'));
      for (const outcome of await outcomes)
        assert.match(String(outcome.status === 'rejected' && outcome.reason), /enough/);
    });
  });
});

async function withDecoders(
  name: string,
  precision: Precision,
  use: (decoders: Decoders) => Promise<void>,
): Promise<void> {
  const decoders = new Decoders(await Generator.load(checkpoint(name), { precision }), 2);
  try {
    await use(decoders);
  } finally {
    await decoders.dispose();
  }
}
