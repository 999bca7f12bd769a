/** One training step: a batch, its gradients, the update. */
import { sumBy } from '../../arithmetic/sums.ts';
import type { TrainingSettings } from '../../settings/settings.ts';
import type { Operations } from '../../tensorflow/operations.ts';
import { BFLOAT16, FLOAT } from '../../tensorflow/tensors.ts';
import type { T5Model } from '../checkpoint/checkpoint.ts';
import type { Example } from '../objectives/example.ts';
import { packBatch } from './batch.ts';
import { createMasks } from './dropout.ts';
import { TrainingDiverged } from './errors.ts';
import { computeGradients } from './gradients.ts';
import type { AdamW } from './optimizer.ts';

/** All that a training changes, and what it computes with. */
export interface TrainingState {
  ops: Operations;
  model: T5Model;
  optimizer: AdamW;
}

export type StepSettings = Pick<
  TrainingSettings,
  'learningRate' | 'weightDecay' | 'maxGradNorm' | 'dropout' | 'precision' | 'seed'
>;

export interface Step {
  /** From 1. */
  number: number;
  /** Of this step. */
  learningRate: number;
  /** Examples in memory at once; the gradients of the batch's parts add up. */
  partSize: number;
}

/**
 * Runs a step.
 * @returns the mean cross entropy of a target token
 * @throws {TrainingDiverged} before any weight is changed
 */
export function runStep(
  { ops, model, optimizer }: TrainingState,
  batch: readonly Example[],
  settings: StepSettings,
  { number, learningRate, partSize }: Step,
): number {
  const { config, weights } = model;
  const { weightDecay, maxGradNorm, seed } = settings;
  const targetTokens = tokensOf(batch, 'target');
  const parts = Math.ceil(batch.length / partSize);
  const precision = settings.precision === 'bfloat16' ? BFLOAT16 : FLOAT;
  const take = optimizer.take.bind(optimizer);
  optimizer.begin({ number, parts, learningRate, weightDecay, maxGradNorm });
  let loss = 0;
  for (let part = 0; part < parts; part++)
    ops.tidy(() => {
      const packed = packBatch({ ops, config }, batch.slice(part * partSize, (part + 1) * partSize));
      const masks = createMasks({ ops, config }, settings.dropout ?? config.dropout, packed, [
        seed,
        number,
        part,
      ]);
      const trace = { ops, config, weights, masks, precision, take };
      computeGradients(trace, packed, 1 / targetTokens, (lossSum) => {
        loss += lossSum / targetTokens;
        if (!Number.isFinite(loss)) throw new TrainingDiverged(number, settings.learningRate);
      });
    });
  optimizer.finish();
  return loss;
}

export const tokensOf = (examples: readonly Example[], side: keyof Example): number =>
  sumBy(examples, (example) => example[side].length);
