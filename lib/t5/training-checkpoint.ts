/** What a training resumes from: weights, moments and the steps so far in one file, which is there whole or not at all. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { T5Model } from './checkpoint.ts';
import type { Tensor } from './engine.ts';
import type { AdamW } from './optimizer.ts';
import { readMetadata, readSafetensors, writeSafetensors } from './safetensors.ts';
import type { StepRecord } from './training.ts';

const FILE = 'training.safetensors';

/** Writes a checkpoint over the one before. */
export async function saveProgress(
  folder: string,
  model: T5Model,
  optimizer: AdamW,
  steps: readonly StepRecord[],
): Promise<void> {
  const tensors = tensorsOf(model, optimizer);
  const shapes = [...tensors].map(([name, tensor]) => ({ name, shape: tensor.shape }));
  const data = async (name: string) => (await tensors.get(name)!.data()) as Float32Array;
  await writeSafetensors(join(folder, FILE), shapes, data, { steps: JSON.stringify(steps) });
}

/**
 * Puts weights and moments back as a checkpoint has them.
 * @returns the steps that were done, none without a checkpoint
 */
export async function loadProgress(folder: string, model: T5Model, optimizer: AdamW): Promise<StepRecord[]> {
  const path = join(folder, FILE);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) return [];
  const { tf } = model;
  for await (const { name, shape, data } of readSafetensors(path)) {
    const [kind, weight] = name.split(':') as [keyof typeof PLACES, string];
    const tensor = tf.tensor(data, shape);
    PLACES[kind](model, optimizer, weight, tensor);
  }
  return JSON.parse((await readMetadata(path)).steps ?? '[]') as StepRecord[];
}

const PLACES = {
  weight: (model: T5Model, _: AdamW, name: string, tensor: Tensor) => {
    model.weights[name]!.assign(tensor as never);
    tensor.dispose();
  },
  first: (_: T5Model, { moments }: AdamW, name: string, tensor: Tensor) => {
    const old = moments.get(name)!;
    old.first.dispose();
    moments.set(name, { ...old, first: tensor });
  },
  second: (_: T5Model, { moments }: AdamW, name: string, tensor: Tensor) => {
    const old = moments.get(name)!;
    old.second.dispose();
    moments.set(name, { ...old, second: tensor });
  },
};

function tensorsOf(model: T5Model, optimizer: AdamW): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [name, weight] of Object.entries(model.weights)) tensors.set(`weight:${name}`, weight);
  for (const [name, { first, second }] of optimizer.moments) {
    tensors.set(`first:${name}`, first);
    tensors.set(`second:${name}`, second);
  }
  return tensors;
}
