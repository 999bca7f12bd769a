/**
 * Training: AdamW with linear warm-up and decay, a checkpoint now and then, and a resumption that ends in the same
 * bytes as an undisturbed training. What happens at a step depends on the weights, the moments and the step's number
 * alone: the order of the examples and the dropout come from the seed and that number.
 */
import { setImmediate } from 'node:timers/promises';
import type { TrainingSettings } from '../settings/settings.ts';
import { Kernels } from './backpropagation/kernels.ts';
import { TrainedWeights } from './backpropagation/trained-weights.ts';
import type { T5Model } from './checkpoint.ts';
import type { Example } from './objectives/example.ts';
import { AdamW } from './optimizer.ts';
import { loadProgress, saveProgress } from './training-checkpoint.ts';
import { largestPart } from './training-memory.ts';
import { isOutOfMemory, TrainingStepper } from './training-step.ts';

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
  /** Seconds that the steps to come will take if they are like those of this process. */
  secondsLeft: number;
  /** Examples in memory at once, where it does not hold the whole batch; the step is the same. */
  partSize?: number;
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
    | 'maxGradNorm'
    | 'dropout'
    | 'precision'
    | 'shuffle'
    | 'checkpointSeconds'
    | 'seed'
  >;
  /** Where the training keeps what it resumes from; without it, it starts anew each time. */
  checkpointFolder?: string | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: TrainingStep) => void) | undefined;
  /** Memory that the training may take, in bytes; what the machine has left unless given. */
  memory?: number | undefined;
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

/** Not even one example at a time fits into memory. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';

  constructor(cause: unknown) {
    super(
      'the memory does not suffice to train this model on one example at a time; take a smaller model, or lower maxInputTokens and maxTargetTokens',
      { cause },
    );
  }
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
  const kernels = new Kernels(model.tf);
  const weights = new TrainedWeights(kernels, model);
  const optimizer = new AdamW(kernels, weights);
  const totalSteps = settings.epochs * Math.ceil(examples.length / settings.batchSize);
  try {
    const state = { kernels, weights, optimizer };
    const saved = checkpointFolder ? await loadProgress(checkpointFolder, state) : undefined;
    const done = saved?.steps ?? [];
    let partSize = saved?.partSize ?? largestPart(model.config, examples, settings, options.memory);
    const save = async () => {
      if (checkpointFolder && done.length > 0) await saveProgress(checkpointFolder, state, done, partSize);
    };
    const stepper = new TrainingStepper(state, options, totalSteps);
    const clock = new Clock(done.at(-1)?.seconds ?? 0);
    let nextSave = settings.checkpointSeconds;
    while (done.length < totalSteps) {
      await setImmediate();
      if (signal?.aborted) {
        await save();
        throw signal.reason;
      }
      const step = done.length + 1;
      const outcome = runInMemory(stepper, step, partSize);
      partSize = outcome.partSize;
      const { seconds, ...speed } = clock.tick(outcome.tokens, totalSteps - step);
      const { loss, learningRate, tokens } = outcome;
      done.push({ step, loss, learningRate, tokens, seconds });
      const cut = partSize < settings.batchSize && { partSize };
      onStep?.({ ...done.at(-1)!, ...speed, ...cut, totalSteps });
      if (seconds < nextSave || step === totalSteps) continue;
      const begun = performance.now();
      await save();
      const saving = (performance.now() - begun) / 1000;
      const { checkpointSeconds } = settings;
      nextSave = seconds + (checkpointSeconds && Math.max(checkpointSeconds, saving / CHECKPOINT_SHARE));
    }
    return done;
  } finally {
    optimizer.dispose();
    weights.giveBack();
    kernels.dispose();
  }
}

/** Runs a step; where memory runs out, in smaller parts. */
function runInMemory(stepper: TrainingStepper, step: number, partSize: number) {
  for (let size = partSize; ; size = Math.ceil(size / 2)) {
    try {
      return { ...stepper.run(step, size), partSize: size };
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (size === 1 || !stepper.canRunAgain) throw new OutOfMemory(error);
    }
  }
}

/** Time and speed of the steps. */
class Clock {
  readonly #before: number;
  readonly #begun = performance.now();
  #tokens = 0;
  #steps = 0;

  /** @param before seconds that earlier processes trained */
  constructor(before: number) {
    this.#before = before;
  }

  tick(tokens: number, stepsLeft: number) {
    this.#tokens += tokens;
    this.#steps++;
    const seconds = (performance.now() - this.#begun) / 1000;
    return {
      seconds: this.#before + seconds,
      tokensPerSecond: this.#tokens / seconds,
      secondsLeft: (seconds / this.#steps) * stepsLeft,
    };
  }
}
