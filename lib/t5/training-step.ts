/** One training step: a batch, its gradients, the update. */
import { createMasks } from './backpropagation/dropout-masks.ts';
import type { Kernels } from './backpropagation/kernels.ts';
import { BFLOAT16, FLOAT } from './backpropagation/native-memory.ts';
import { packBatch } from './backpropagation/packed-batch.ts';
import { computeGradients } from './backpropagation/pass.ts';
import type { TrainedWeights } from './backpropagation/trained-weights.ts';
import { epochOrder } from './batches.ts';
import type { Example } from './objectives/example.ts';
import type { AdamW } from './optimizer.ts';
import { TrainingDiverged, type TrainOptions } from './training.ts';

/** All that a training changes. */
export interface TrainingState {
  kernels: Kernels;
  weights: TrainedWeights;
  optimizer: AdamW;
}

export class TrainingStepper {
  readonly #state: TrainingState;
  readonly #options: TrainOptions;
  readonly #totalSteps: number;

  constructor(state: TrainingState, options: TrainOptions, totalSteps: number) {
    this.#state = state;
    this.#options = options;
    this.#totalSteps = totalSteps;
  }

  /** Whether the step that failed has left all weights as they were. */
  get canRunAgain(): boolean {
    return !this.#state.optimizer.hasUpdated;
  }

  /**
   * @param step from 1
   * @param partSize examples in memory at once; the gradients of the batch's parts add up
   * @throws {TrainingDiverged} before any weight is changed
   */
  run(step: number, partSize: number) {
    const { settings } = this.#options;
    const { optimizer } = this.#state;
    const batch = examplesOf(step, this.#options);
    const targetTokens = count(batch, 'target');
    const parts = Math.ceil(batch.length / partSize);
    const learningRate = learningRateAt(step, this.#totalSteps, settings);
    const { weightDecay, maxGradNorm } = settings;
    optimizer.begin({ number: step, parts, learningRate, weightDecay, maxGradNorm });
    let loss = 0;
    for (let part = 0; part < parts; part++) {
      const examples = batch.slice(part * partSize, (part + 1) * partSize);
      this.#runPart(examples, [settings.seed, step, part], 1 / targetTokens, (lossSum) => {
        loss += lossSum / targetTokens;
        if (!Number.isFinite(loss)) throw new TrainingDiverged(step, settings.learningRate);
      });
    }
    optimizer.finish();
    return { loss, learningRate, tokens: count(batch, 'input') + targetTokens };
  }

  #runPart(
    examples: readonly Example[],
    seed: readonly [number, number, number],
    share: number,
    onLoss: (lossSum: number) => void,
  ): void {
    const { kernels, weights, optimizer } = this.#state;
    const { model, settings } = this.#options;
    const { config } = model;
    kernels.tidy(() => {
      const batch = packBatch(kernels, examples, config);
      const masks = createMasks(kernels, settings.dropout ?? config.dropout, batch, config, seed);
      const precision = settings.precision === 'bfloat16' ? BFLOAT16 : FLOAT;
      const take = optimizer.take.bind(optimizer);
      computeGradients({ kernels, config, weights, masks, precision, take }, batch, share, onLoss);
    });
  }
}

/** Linear warm-up from 0, then linear decay to 0, as transformers' `get_linear_schedule_with_warmup`. */
export function learningRateAt(
  step: number,
  totalSteps: number,
  { learningRate, warmupSteps }: { learningRate: number; warmupSteps: number },
): number {
  const before = step - 1;
  if (before < warmupSteps) return (learningRate * before) / warmupSteps;
  return learningRate * Math.max(0, (totalSteps - before) / Math.max(1, totalSteps - warmupSteps));
}

/** Whether TensorFlow failed because it could not allocate: status 8 is RESOURCE_EXHAUSTED. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && /Invalid TF_Status: 8\b|OOM when allocating|bad_alloc/.test(error.message);

function examplesOf(step: number, { examples, settings }: TrainOptions): Example[] {
  const stepsPerEpoch = Math.ceil(examples.length / settings.batchSize);
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const first = ((step - 1) % stepsPerEpoch) * settings.batchSize;
  const order = epochOrder(examples.length, epoch, settings);
  return [...order.subarray(first, first + settings.batchSize)].map((index) => examples[index]!);
}

const count = (examples: readonly Example[], side: keyof Example): number =>
  examples.reduce((sum, example) => sum + example[side].length, 0);
