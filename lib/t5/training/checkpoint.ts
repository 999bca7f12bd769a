/** What a training resumes from: weights, moments and the steps so far in one file, which is there whole or not at all. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Operations } from '../../tensorflow/operations.ts';
import type { T5Model } from '../checkpoint/checkpoint.ts';
import { SafetensorsFile, writeSafetensors } from '../checkpoint/safetensors.ts';
import type { AdamW, Moment } from './optimizer.ts';

/** All that a training changes, and what it computes with. */
export interface TrainingState {
  ops: Operations;
  model: T5Model;
  optimizer: AdamW;
}

/** What is kept of each step. */
export interface StepRecord {
  /** From 1. */
  step: number;
  loss: number;
  learningRate: number;
  /** Input and target tokens, without padding. */
  tokens: number;
  /** Since the first step of the training began, without the pauses in front of resumptions. */
  seconds: number;
}

const FILE = 'training.safetensors';

const partsOf = (tensor: string) => tensor.split(':') as ['weight' | Moment, string];

/** Writes a checkpoint over the one before. */
export async function saveProgress(
  folder: string,
  { ops, model: { weights }, optimizer }: TrainingState,
  steps: readonly StepRecord[],
  partSize: number,
): Promise<void> {
  const shapes = weights.names.flatMap((name) => {
    const { shape } = weights.value(name);
    return ['weight', 'first', 'second'].map((kind) => ({ name: `${kind}:${name}`, shape }));
  });
  const read = (tensor: string) => {
    const [kind, name] = partsOf(tensor);
    if (kind === 'weight') return weights.read(name);
    return ops.tidy(() => ops.read(ops.readVariable(optimizer.moments.get(name)![kind])));
  };
  const metadata = { steps: JSON.stringify(steps), partSize: String(partSize) };
  await writeSafetensors(join(folder, FILE), shapes, read, metadata);
}

/**
 * Puts weights and moments back as a checkpoint has them.
 * @returns the steps that were done and how their batches were cut; undefined without a checkpoint
 */
export function loadProgress(
  folder: string,
  { ops, model: { weights }, optimizer }: TrainingState,
): { steps: StepRecord[]; partSize: number } | undefined {
  const path = join(folder, FILE);
  if (!existsSync(path)) return undefined;
  const file = new SafetensorsFile(path);
  try {
    for (const tensor of file.names) {
      const [kind, name] = partsOf(tensor);
      const value = ops.floats(file.shapeOf(tensor), file.read(tensor));
      if (kind === 'weight') weights.change(name, (weight) => ops.assign(weight, value));
      else ops.assign(optimizer.moments.get(name)![kind], value);
    }
    const { steps = '[]', partSize } = file.metadata;
    return { steps: JSON.parse(steps) as StepRecord[], partSize: Number(partSize) };
  } finally {
    file.close();
  }
}
