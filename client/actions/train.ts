import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { figuresOf } from '../../lib/stages/training.ts';
import type { TrainingStep } from '../../lib/t5/training/train.ts';
import type { TrainingLog } from '../../lib/t5/training/train-model.ts';
import { ensureTensorFlow } from '../../setup/tensorflow.ts';
import { createOutput } from '../output.ts';
import { settingsOf } from '../setting-flags.ts';
import { readTrainingTexts } from '../text-files.ts';
import { withProgress } from '../watching/progress-line.ts';

const FINE_TUNE = settingsSchema.shape.fineTune.unwrap();
const SCRATCH = settingsSchema.shape.model.unwrap().options[1];

interface TrainingFlags extends Record<string, unknown> {
  model: string;
  texts: string;
  out: string;
  log?: string;
  json?: boolean;
}

/** Trains a tokenizer and a T5 from scratch. */
export async function pretrain(flags: TrainingFlags & { size: string }): Promise<void> {
  const settings = settingsOf(SCRATCH, { ...flags, scratch: flags.size });
  await train(flags, async (options) => {
    const training = await readTrainingTexts(flags.texts);
    if (!('texts' in training))
      throw new InvalidInput(flags.texts, 'contains pairs', 'Pre-training needs one {"text": "…"} per line');
    await ensureTensorFlow();
    const { pretrainModel } = await import('../../lib/t5/training/train-model.ts');
    return pretrainModel({ texts: training.texts, settings, ...options });
  });
}

/** Fine-tunes a T5. */
export async function finetune(flags: TrainingFlags): Promise<void> {
  const settings = settingsOf(FINE_TUNE, flags);
  await train(flags, async (options) => {
    const training = await readTrainingTexts(flags.texts);
    await ensureTensorFlow();
    const { fineTuneModel } = await import('../../lib/t5/training/train-model.ts');
    return fineTuneModel({ modelFolder: resolve(flags.model), ...training, settings, ...options });
  });
}

interface TrainingOptions {
  out: string;
  checkpointFolder: string;
  signal: AbortSignal;
  onStep(step: TrainingStep): void;
}

async function train(
  flags: TrainingFlags,
  work: (options: TrainingOptions) => Promise<TrainingLog>,
): Promise<void> {
  const output = createOutput(flags.json);
  const out = resolve(flags.out);
  const advice = 'stopped; the same command goes on from the last checkpoint';
  const { losses, seconds, tokens, examples } = await withProgress(output, advice, ({ show, signal }) =>
    work({
      out,
      checkpointFolder: `${out}.checkpoints`,
      signal,
      onStep: (step) => {
        const { step: done, totalSteps: total } = step;
        show({ phase: 'train', done, total, unit: 'steps', figures: figuresOf(step) });
      },
    }),
  );
  if (flags.log) await writeFile(flags.log, losses.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const loss = losses.at(-1)?.loss;
  const figures = { seconds, tokens, examples, steps: losses.length, loss, model: out };
  output.result(
    figures,
    `${figures.steps} steps in ${seconds.toFixed(1)} s, last loss ${loss?.toFixed(3)}: ${join(out, 'model.safetensors')}`,
  );
}
