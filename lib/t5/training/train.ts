/**
 * Training: AdamW with linear warm-up and decay, a checkpoint now and then, and a resumption that ends in the same
 * bytes as an undisturbed training. What happens at a step depends on the weights, the moments and the step's number
 * alone: the order of the examples and the dropout come from the seed and that number.
 */
import { setImmediate } from 'node:timers/promises';
import { sumBy } from '../../arithmetic/sums.ts';
import { createRandom } from '../../random/random.ts';
import type { TrainingSettings } from '../../settings/settings.ts';
import { Operations } from '../../tensorflow/operations.ts';
import { BFLOAT16, FLOAT } from '../../tensorflow/tensors.ts';
import type { T5Model } from '../checkpoint/checkpoint.ts';
import type { Example } from '../objectives/example.ts';
import { packBatch } from './batch.ts';
import { loadProgress, type StepRecord, saveProgress, type TrainingState } from './checkpoint.ts';
import { createMasks } from './dropout.ts';
import { isOutOfMemory, OutOfMemory, TrainingDiverged } from './errors.ts';
import { computeGradients } from './gradients.ts';
import { AdamW } from './optimizer.ts';

/** What one step did. */
export interface TrainingStep extends StepRecord {
  totalSteps: number;
  /** Input and target tokens a second since this process began to train. */
  tokensPerSecond: number;
  /** Seconds that the steps to come will take if they are like those of this process. */
  secondsLeft: number;
  /** Examples in memory at once, where it does not hold the whole batch; the step is the same. */
  partSize?: number;
}

/** How a training is saved, stopped and followed. */
export interface TrainingHooks {
  /** Where the training keeps what it resumes from; without it, it starts anew each time. */
  checkpointFolder?: string | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: TrainingStep) => void) | undefined;
}

export interface TrainOptions extends TrainingHooks {
  model: T5Model;
  examples: readonly Example[];
  settings: Omit<TrainingSettings, 'objective' | 'maxInputTokens' | 'maxTargetTokens'>;
  /** Examples in memory at once to begin with; the whole batch by default. */
  partSize?: number | undefined;
}

/** Share of the time that checkpoints may take, unless one is wanted after every step: those of t5-base are 2.7 GB. */
const CHECKPOINT_SHARE = 0.05;

/**
 * Trains the model's weights in place.
 * @returns every step, those before a resumption included
 * @throws {TrainingDiverged}
 * @throws {OutOfMemory}
 * @throws the signal's reason, after a checkpoint was written
 */
export async function train(options: TrainOptions): Promise<StepRecord[]> {
  const { model, settings, examples, checkpointFolder, signal, onStep } = options;
  const ops = new Operations(model.ops.engine);
  const state = { ops, model, optimizer: new AdamW(ops, model.weights) };
  const totalSteps = settings.epochs * Math.ceil(examples.length / settings.batchSize);
  try {
    const saved = checkpointFolder ? loadProgress(checkpointFolder, state) : undefined;
    const done = saved?.steps ?? [];
    let partSize = saved?.partSize ?? options.partSize ?? settings.batchSize;
    const save = async () => {
      if (checkpointFolder && done.length > 0) await saveProgress(checkpointFolder, state, done, partSize);
    };
    const before = { steps: done.length, seconds: done.at(-1)?.seconds ?? 0 };
    const begun = performance.now();
    let tokensHere = 0;
    let nextSave = settings.checkpointSeconds;
    while (done.length < totalSteps) {
      await setImmediate();
      if (signal?.aborted) {
        await save();
        throw signal.reason;
      }
      const step = done.length + 1;
      const learningRate = learningRateAt(step, totalSteps, settings);
      const batch = batchOf(step, options);
      const { loss, ...used } = runStep(state, batch, settings, { step, learningRate, partSize });
      partSize = used.partSize;
      const tokens = sumBy(batch, ({ input, target }) => input.length + target.length);
      tokensHere += tokens;
      const spent = (performance.now() - begun) / 1000;
      const seconds = before.seconds + spent;
      done.push({ step, loss, learningRate, tokens, seconds });
      onStep?.({
        ...done.at(-1)!,
        totalSteps,
        tokensPerSecond: tokensHere / spent,
        secondsLeft: (spent / (step - before.steps)) * (totalSteps - step),
        ...(partSize < settings.batchSize && { partSize }),
      });
      if (seconds < nextSave || step === totalSteps) continue;
      const saving = performance.now();
      await save();
      const pause = (performance.now() - saving) / 1000 / CHECKPOINT_SHARE;
      const { checkpointSeconds } = settings;
      nextSave = seconds + (checkpointSeconds && Math.max(checkpointSeconds, pause));
    }
    return done;
  } finally {
    state.optimizer.dispose();
    ops.dispose();
  }
}

interface Step {
  /** Its number, from 1. */
  step: number;
  learningRate: number;
  /** Examples in memory at once; the gradients of the batch's parts add up. */
  partSize: number;
}

/**
 * Runs a step; where memory runs out, in smaller parts.
 * @returns the mean cross entropy of a target token, and the size of the parts
 * @throws {TrainingDiverged} before any weight is changed
 */
function runStep(
  { ops, model: { config, weights }, optimizer }: TrainingState,
  batch: readonly Example[],
  settings: TrainOptions['settings'],
  { step, learningRate, ...planned }: Step,
): { loss: number; partSize: number } {
  const { weightDecay, maxGradNorm, seed, dropout } = settings;
  const targetTokens = sumBy(batch, ({ target }) => target.length);
  const precision = settings.precision === 'bfloat16' ? BFLOAT16 : FLOAT;
  const take = optimizer.take.bind(optimizer);
  for (let { partSize } = planned; ; partSize = Math.ceil(partSize / 2)) {
    const parts = Math.ceil(batch.length / partSize);
    optimizer.begin({ number: step, parts, learningRate, weightDecay, maxGradNorm });
    let loss = 0;
    const runPart = (part: number) => {
      const examples = batch.slice(part * partSize, (part + 1) * partSize);
      const packed = packBatch({ ops, config }, examples);
      const masks = createMasks({ ops, config }, dropout ?? config.dropout, packed, [seed, step, part]);
      const trace = { ops, config, weights, masks, precision, take };
      computeGradients(trace, packed, 1 / targetTokens, (lossSum) => {
        loss += lossSum / targetTokens;
        if (!Number.isFinite(loss)) throw new TrainingDiverged(step, settings.learningRate);
      });
    };
    try {
      for (let part = 0; part < parts; part++) ops.tidy(() => runPart(part));
      optimizer.finish();
      return { loss, partSize };
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (partSize === 1 || optimizer.hasUpdated) throw new OutOfMemory(error);
    }
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

/** The examples of a step. Their order in an epoch is a function of seed and epoch, so that nothing needs saving. */
function batchOf(step: number, { examples, settings }: TrainOptions): Example[] {
  const stepsPerEpoch = Math.ceil(examples.length / settings.batchSize);
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const first = ((step - 1) % stepsPerEpoch) * settings.batchSize;
  const order = Int32Array.from(examples.keys());
  if (settings.shuffle) createRandom(settings.seed, 'order of examples', String(epoch)).shuffle(order);
  return [...order.subarray(first, first + settings.batchSize)].map((index) => examples[index]!);
}
