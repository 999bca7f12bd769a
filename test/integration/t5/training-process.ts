/** A training in a process of its own, which a test can kill: prints the number of each finished step. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { loadModel, saveModel } from '../../../lib/t5/checkpoint/checkpoint.ts';
import type { Example } from '../../../lib/t5/objectives/example.ts';
import { train } from '../../../lib/t5/training/train.ts';

const [out, checkpointFolder] = process.argv.slice(2) as [string, string];
const fixture = join(import.meta.dirname, '../../fixtures/t5/relu');
const { examples } = JSON.parse(await readFile(join(fixture, 'training.json'), 'utf8')) as {
  examples: Example[];
};
const model = await loadModel(fixture);
const settings = settingsSchema.shape.fineTune.unwrap().parse({
  epochs: 8,
  batchSize: 3,
  learningRate: 1e-3,
  weightDecay: 0.01,
  warmupSteps: 4,
  maxGradNorm: 1,
  checkpointSeconds: 0,
});
await train({ model, examples, settings, checkpointFolder, onStep: ({ step }) => console.log(step) });
await saveModel(model, out);
