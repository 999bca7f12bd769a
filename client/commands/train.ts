/**
 * Commands that train a T5 by themselves: `pretrain` and `finetune`. The engine is loaded when a command runs: help must
 * work where its native part is missing.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { figuresOf } from '../../lib/stages/training.ts';
import type { TrainingLog, TrainingStep } from '../../lib/t5/training/train-on-texts.ts';
import { ensureTensorFlow } from '../../setup/tensorflow.ts';
import { onInterruption } from '../interruption.ts';
import { createOutput } from '../output.ts';
import { addSettingFlags, settingsOf } from '../setting-flags.ts';
import { readTrainingTexts } from '../text-files.ts';
import { progressOf } from '../watching/progress-line.ts';

const FINE_TUNE = settingsSchema.shape.fineTune.unwrap();
const SCRATCH = settingsSchema.shape.model.unwrap().options[1];

interface TrainingFlags extends Record<string, unknown> {
  model: string;
  texts: string;
  out: string;
  log?: string;
  json?: boolean;
}

/** `pretrain` and `finetune`. */
export function addTrainingCommands(program: Command): void {
  const pretrain = program
    .command('pretrain')
    .description('train tokenizer and T5 from random weights')
    .requiredOption('--texts <file>', 'JSONL: {"text"} a line')
    .requiredOption('--out <folder>', 'gets the checkpoint, as Hugging Face lays it out')
    .option('--size <name>', 'tiny (about 1 M weights) or small (about 10 M)', 'tiny');
  addSettingFlags(pretrain, SCRATCH, { without: ['scratch'] })
    .option('--log <file>', 'JSONL: gets {step, loss, learningRate, seconds} for each step')
    .option('--json', 'print the figures as one line of JSON')
    .action((flags: TrainingFlags & { size: string }) => {
      const settings = settingsOf(SCRATCH, { ...flags, scratch: flags.size });
      return train(flags, async (options) => {
        const training = await readTrainingTexts(flags.texts);
        if (!('texts' in training))
          throw new InvalidInput(
            flags.texts,
            'holds pairs',
            'Pre-training makes its own: write {"text": "…"} a line',
          );
        await ensureTensorFlow();
        const { pretrainModel } = await import('../../lib/t5/training/pretrain.ts');
        return pretrainModel({ texts: training.texts, settings, ...options });
      });
    });

  const finetune = program
    .command('finetune')
    .description('fine-tune a T5')
    .requiredOption('--model <folder>', 'the checkpoint to start from, as Hugging Face lays it out')
    .requiredOption('--texts <file>', 'JSONL: {"text"} or {"input", "target"} a line')
    .requiredOption('--out <folder>', 'gets the checkpoint');
  addSettingFlags(finetune, FINE_TUNE)
    .option('--log <file>', 'JSONL: gets {step, loss, learningRate, seconds} for each step')
    .option('--json', 'print the figures as one line of JSON')
    .action((flags: TrainingFlags) => {
      const settings = settingsOf(FINE_TUNE, flags);
      return train(flags, async (options) => {
        const training = await readTrainingTexts(flags.texts);
        await ensureTensorFlow();
        const { fineTuneModel } = await import('../../lib/t5/training/fine-tune.ts');
        return fineTuneModel({ modelFolder: resolve(flags.model), ...training, settings, ...options });
      });
    });
}

interface TrainingOptions {
  out: string;
  checkpointFolder: string;
  signal: AbortSignal;
  onStep(step: TrainingStep): void;
}

/** What both commands do around the training: progress, Ctrl-C, the log, the result. */
async function train(
  flags: TrainingFlags,
  work: (options: TrainingOptions) => Promise<TrainingLog>,
): Promise<void> {
  const output = createOutput(flags.json);
  const out = resolve(flags.out);
  const progress = progressOf(output);
  const interruption = onInterruption(() => 'stopped; the same command goes on from the last checkpoint');
  try {
    const log = await work({
      out,
      checkpointFolder: `${out}.checkpoints`,
      signal: interruption.signal,
      onStep: (step) =>
        progress.show({
          phase: 'train',
          done: step.step,
          total: step.totalSteps,
          unit: 'steps',
          figures: figuresOf(step),
        }),
    });
    progress.end();
    if (flags.log) await writeFile(flags.log, log.losses.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { seconds, tokens, examples } = log;
    const loss = log.losses.at(-1)?.loss;
    const figures = { seconds, tokens, examples, steps: log.losses.length, loss, model: out };
    output.result(
      figures,
      `${figures.steps} steps in ${seconds.toFixed(1)} s, last loss ${loss?.toFixed(3)}: ${join(out, 'model.safetensors')}`,
    );
  } finally {
    progress.end();
    interruption.release();
  }
}
