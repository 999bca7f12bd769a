import assert from 'node:assert/strict';
import { join } from 'node:path';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { pretrainModel } from '../../../lib/t5/training/train-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const WORDS = 'we build simple tools for growers and bakers who sell fresh bread fruit and cheese'.split(' ');

describe('training from random weights', () => {
  it('multiplies in the precision of its settings', async () => {
    const folder = temporaryFolder();
    const texts = Array.from({ length: 24 }, (_, index) =>
      Array.from({ length: 12 }, (_, place) => WORDS[(index * 5 + place * (index + 1)) % WORDS.length]).join(
        ' ',
      ),
    );
    const firstLoss = async (precision: 'float32' | 'bfloat16') => {
      const model = { scratch: 'tiny', epochs: 1, precision };
      const settings = settingsSchema.shape.model.unwrap().options[1].parse(model);
      const { losses } = await pretrainModel({ texts, settings, out: join(folder, precision) });
      return losses[0]!.loss;
    };
    const [exact, reduced] = [await firstLoss('float32'), await firstLoss('bfloat16')];
    assert.notEqual(reduced, exact);
    assert.ok(Math.abs(reduced / exact - 1) < 0.01, `${reduced}, not ${exact}`);
  });
});
