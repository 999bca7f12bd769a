import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mean, sum } from '../arithmetic/sums.ts';
import { readPages } from '../corpus/formats.ts';
import type { TrainingSettings } from '../settings/settings.ts';
import type { TrainingStep } from '../t5/training/train.ts';
import type { TrainingLog } from '../t5/training/train-model.ts';
import type { PlannableStage, StageContext } from './stage.ts';

/** The summary of the stages that train. */
export interface TrainingOutcome {
  examples: number;
  steps: number;
  /** Mean loss of the last tenth of the steps. */
  finalLoss: number;
  /** With the objective `strategies`: mean loss of examples of the class before the training, and of its last epoch. */
  learnt?: { before: number; lastEpoch: number };
}

/** A stage that trains, whose work is counted in steps: by the texts of each class, and what examples an objective makes of one. */
export type TrainingStage<P> = PlannableStage<P, TrainingOutcome, TrainingTexts>;
interface TrainingTexts {
  sizes: readonly number[];
  examplesPerText: number;
}

/** Steps of a training. */
export const trainingSteps = (
  { settings: { epochs, batchSize } }: { settings: Pick<TrainingSettings, 'epochs' | 'batchSize'> },
  { sizes, examplesPerText }: TrainingTexts,
): number => epochs * Math.ceil((sum(sizes) * examplesPerText) / batchSize);

/** Where a stage's training saves its model and its checkpoints, how it is stopped, and whom it shows its progress. */
export function trainingOptions({ out, scratch, signal, progress }: StageContext, phase: string) {
  let resumed: number | undefined;
  const onStep = (step: TrainingStep) => {
    resumed ??= step.step - 1;
    const { step: done, totalSteps: total } = step;
    progress({ phase, done, total, unit: 'steps', resumed, figures: figuresOf(step) });
  };
  return { out: join(out, 'model'), checkpointFolder: scratch, signal, onStep };
}

/** The figures of a step that progress shows. */
export function figuresOf({ loss, learningRate, tokensPerSecond, secondsLeft, partSize }: TrainingStep) {
  const figures: Record<string, number> = { loss, learningRate, tokensPerSecond, secondsLeft };
  if (partSize !== undefined) figures.examplesAtOnce = partSize;
  return figures;
}

/** Writes `losses.json` and summarises the training. */
export async function recordTraining(context: StageContext, log: TrainingLog): Promise<TrainingOutcome> {
  const losses = log.losses.map(({ step, loss }) => ({ step, loss }));
  await writeFile(join(context.out, 'losses.json'), JSON.stringify(losses));
  const last = losses.slice(-Math.max(1, Math.floor(losses.length / 10)));
  return { examples: log.examples, steps: losses.length, finalLoss: mean(last.map(({ loss }) => loss)) };
}

/** The texts of a file of pages. */
export async function* textsOf(path: string): AsyncGenerator<string> {
  for await (const { text } of readPages(path)) yield text;
}
