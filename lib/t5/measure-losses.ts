import { createMasks } from './backpropagation/dropout-masks.ts';
import { Kernels } from './backpropagation/kernels.ts';
import { FLOAT } from './backpropagation/native-memory.ts';
import { packBatch } from './backpropagation/packed-batch.ts';
import { computeLoss } from './backpropagation/pass.ts';
import { TrainedWeights } from './backpropagation/trained-weights.ts';
import type { T5Model } from './checkpoint.ts';
import type { Example } from './objectives/example.ts';

/** The mean cross entropy of a target token of each example, without dropout. The model stays as it is. */
export function measureLosses(model: T5Model, examples: readonly Example[]): number[] {
  if (examples.length === 0) return [];
  const { config, tf } = model;
  const kernels = new Kernels(tf);
  const weights = new TrainedWeights(kernels, model);
  try {
    return examples.map((example) =>
      kernels.tidy(() => {
        const batch = packBatch(kernels, [example], config);
        const masks = createMasks(kernels, 0, batch, config, [0, 0, 0]);
        const trace = { kernels, config, weights, masks, precision: FLOAT, take: () => undefined };
        return computeLoss(trace, batch) / example.target.length;
      }),
    );
  } finally {
    weights.giveBack();
    kernels.dispose();
  }
}
