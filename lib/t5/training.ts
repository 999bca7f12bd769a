/**
 * Training: AdamW with linear warm-up and decay, a checkpoint now and then, and a resumption that ends in the same
 * bytes as an undisturbed training. What happens at a step depends on the weights, the moments and the step's number
 * alone: the order of the examples and the dropout come from the seed and that number.
 */
import { setImmediate } from 'node:timers/promises';
import type { TrainingSettings } from '../settings/settings.ts';
import { epochOrder, makeBatch } from './batches.ts';
import type { T5Model } from './checkpoint.ts';
import type { Tensor } from './engine.ts';
import { type Dropout, decode, encode, logits, passOf } from './model.ts';
import type { Example } from './objectives/example.ts';
import { AdamW } from './optimizer.ts';
import { sparseCrossEntropy, statelessUniform } from './raw-operations.ts';
import { loadProgress, saveProgress } from './training-checkpoint.ts';

/** What one step did. */
export interface TrainingStep {
  /** From 1. */
  step: number;
  totalSteps: number;
  loss: number;
  learningRate: number;
  /** Input and target tokens, without padding. */
  tokens: number;
  /** Since the first step of the training began, without the pauses in front of resumptions. */
  seconds: number;
  /** Input and target tokens a second since this process began to train. */
  tokensPerSecond: number;
}

/** What is kept of each step. */
export type StepRecord = Pick<TrainingStep, 'step' | 'loss' | 'learningRate' | 'tokens' | 'seconds'>;

export interface TrainOptions {
  model: T5Model;
  examples: readonly Example[];
  settings: Pick<
    TrainingSettings,
    | 'epochs'
    | 'batchSize'
    | 'learningRate'
    | 'weightDecay'
    | 'warmupSteps'
    | 'dropout'
    | 'shuffle'
    | 'checkpointSeconds'
    | 'seed'
  >;
  /** Where the training keeps what it resumes from; without it, it starts anew each time. */
  checkpointFolder?: string | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: TrainingStep) => void) | undefined;
}

/** The loss is no number any more: the learning rate is too high for this model. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';

  constructor(step: number, learningRate: number) {
    super(
      `the loss of step ${step} is not finite; retry with a learning rate below ${learningRate.toPrecision(2)}`,
    );
  }
}

/**
 * Trains the model's weights in place.
 * @returns every step, those before a resumption included
 * @throws {TrainingDiverged}
 * @throws the signal's reason, after a checkpoint was written
 */
export async function train(options: TrainOptions): Promise<StepRecord[]> {
  const { model, examples, settings, checkpointFolder, signal, onStep } = options;
  const optimizer = new AdamW(model.tf, model.weights);
  const totalSteps = settings.epochs * Math.ceil(examples.length / settings.batchSize);
  try {
    const done = checkpointFolder ? await loadProgress(checkpointFolder, model, optimizer) : [];
    const secondsBefore = done.at(-1)?.seconds ?? 0;
    const save = async () => {
      if (checkpointFolder && done.length > 0) await saveProgress(checkpointFolder, model, optimizer, done);
    };
    const begun = performance.now();
    let savedAt = begun;
    let tokens = 0;
    while (done.length < totalSteps) {
      await setImmediate();
      if (signal?.aborted) {
        await save();
        throw signal.reason;
      }
      const step = done.length + 1;
      const outcome = runStep(options, optimizer, step, totalSteps);
      if (!Number.isFinite(outcome.loss)) throw new TrainingDiverged(step, settings.learningRate);
      const now = performance.now();
      const seconds = (now - begun) / 1000;
      tokens += outcome.tokens;
      done.push({ step, ...outcome, seconds: secondsBefore + seconds });
      onStep?.({ ...done.at(-1)!, totalSteps, tokensPerSecond: tokens / seconds });
      if (now - savedAt < settings.checkpointSeconds * 1000 || step === totalSteps) continue;
      await save();
      savedAt = performance.now();
    }
    return done;
  } finally {
    optimizer.dispose();
  }
}

function runStep(
  { model, examples, settings }: TrainOptions,
  optimizer: AdamW,
  step: number,
  totalSteps: number,
) {
  const { tf, config, weights } = model;
  const learningRate = learningRateAt(step, totalSteps, settings);
  const dropout = createDropout(model, settings.dropout ?? config.dropout, [settings.seed, step]);
  return tf.tidy(() => {
    const batch = makeBatch(tf, examplesOf(step, examples, settings), config);
    const { value, grads } = tf.variableGrads(() => {
      const pass = passOf(model, dropout);
      const encoded = encode(pass, batch.input, batch.inputMask);
      const decoded = decode(pass, batch.decoderInput, encoded, batch.inputMask);
      return meanLoss(model, logits(pass, decoded), batch.labels, batch.labelMask) as never;
    }, Object.values(weights));
    const gradients = new Map(Object.entries(weights).map(([name, weight]) => [name, grads[weight.name]!]));
    optimizer.apply(gradients, step, { learningRate, weightDecay: settings.weightDecay });
    return { loss: value.dataSync()[0]!, learningRate, tokens: batch.tokens } as never;
  }) as { loss: number; learningRate: number; tokens: number };
}

/** Mean cross entropy over the tokens that are no padding; a scalar. */
export function meanLoss({ tf }: T5Model, scores: Tensor, labels: Tensor, mask: Tensor): Tensor {
  return tf.div(tf.sum(tf.mul(sparseCrossEntropy(tf, scores, labels), mask)), tf.sum(mask));
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

function examplesOf(
  step: number,
  examples: readonly Example[],
  settings: TrainOptions['settings'],
): Example[] {
  const stepsPerEpoch = Math.ceil(examples.length / settings.batchSize);
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const first = ((step - 1) % stepsPerEpoch) * settings.batchSize;
  const order = epochOrder(examples.length, epoch, settings);
  return [...order.subarray(first, first + settings.batchSize)].map((index) => examples[index]!);
}

/** Dropout whose random numbers follow from the seed, the step, and how often it was called within the step. */
function createDropout({ tf }: T5Model, rate: number, [seed, step]: [number, number]): Dropout {
  if (rate === 0) return (x) => x;
  let call = 0;
  return (x) => {
    const random = statelessUniform(tf, x.shape, [(seed * 65_537 + step) | 0, call++]);
    return tf.mul(x, tf.mul(tf.cast(tf.greaterEqual(random, rate), 'float32'), 1 / (1 - rate)));
  };
}
