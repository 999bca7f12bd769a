/** What a training resumes from: weights, moments and the steps so far in one file, which is there whole or not at all. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Moment } from './optimizer.ts';
import { readMetadata, readSafetensors, writeSafetensors } from './safetensors.ts';
import type { StepRecord } from './training.ts';
import type { TrainingState } from './training-step.ts';

const FILE = 'training.safetensors';

/** Writes a checkpoint over the one before. */
export async function saveProgress(
  folder: string,
  state: TrainingState,
  steps: readonly StepRecord[],
  partSize: number,
): Promise<void> {
  const tensors = tensorsOf(state);
  const metadata = { steps: JSON.stringify(steps), partSize: String(partSize) };
  await writeSafetensors(
    join(folder, FILE),
    [...tensors].map(([name, { shape }]) => ({ name, shape })),
    async (name) => tensors.get(name)!.read(),
    metadata,
  );
}

/**
 * Puts weights and moments back as a checkpoint has them.
 * @returns the steps that were done and how their batches were cut; undefined without a checkpoint
 */
export async function loadProgress(
  folder: string,
  { kernels, weights, optimizer }: TrainingState,
): Promise<{ steps: StepRecord[]; partSize: number } | undefined> {
  const path = join(folder, FILE);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  for await (const { name, shape, data } of readSafetensors(path)) {
    const [kind, weight] = name.split(':') as ['weight' | Moment, string];
    const value = kernels.floats(shape, data);
    if (kind === 'weight') weights.change(weight, (resource) => kernels.assign(resource, value));
    else optimizer.restore(weight, kind, value);
  }
  const { steps, partSize } = await readMetadata(path);
  return { steps: JSON.parse(steps ?? '[]') as StepRecord[], partSize: Number(partSize) };
}

interface Source {
  shape: readonly number[];
  read(): Float32Array;
}

function tensorsOf({ kernels, weights, optimizer }: TrainingState): Map<string, Source> {
  const tensors = new Map<string, Source>();
  for (const name of weights.names) {
    const { shape } = weights.value(name);
    tensors.set(`weight:${name}`, { shape, read: () => kernels.read(weights.value(name)) });
    tensors.set(`first:${name}`, { shape, read: () => optimizer.read(name, 'first') });
    tensors.set(`second:${name}`, { shape, read: () => optimizer.read(name, 'second') });
  }
  return tensors;
}
