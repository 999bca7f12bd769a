import { FLOAT } from '../../tensorflow/tensors.ts';
import type { T5Model } from '../checkpoint/checkpoint.ts';
import type { Example } from '../objectives/example.ts';
import { packBatch } from './batch.ts';
import { createMasks } from './dropout.ts';
import { computeLoss } from './gradients.ts';

/** The mean cross entropy of a target token of each example, without dropout. */
export function measureLosses(model: T5Model, examples: readonly Example[]): number[] {
  const { ops } = model;
  return examples.map((example) =>
    ops.tidy(() => {
      const batch = packBatch(model, [example]);
      const masks = createMasks(model, 0, batch, [0, 0, 0]);
      const loss = computeLoss({ ...model, masks, precision: FLOAT, take: () => undefined }, batch);
      return loss / example.target.length;
    }),
  );
}
