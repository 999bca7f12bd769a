/** Commands that train a T5 by themselves: `pretrain` and `finetune`. */
import type { Command } from 'commander';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { addSettingFlags } from '../setting-flags.ts';
import { existingFile } from './flags.ts';

/** `pretrain`. */
export function definePretrain(command: Command): void {
  command
    .requiredOption('--texts <file>', 'JSONL: {"text"} a line', existingFile)
    .requiredOption('--out <folder>', 'gets the checkpoint, as Hugging Face lays it out')
    .option('--size <name>', 'tiny (about 1 M weights) or small (about 10 M)', 'tiny');
  addSettingFlags(command, settingsSchema.shape.model.unwrap().options[1], { without: ['scratch'] });
  addLogFlags(command).action(async (flags) => (await import('../actions/train.ts')).pretrain(flags));
}

/** `finetune`. */
export function defineFinetune(command: Command): void {
  command
    .requiredOption('--model <folder>', 'the checkpoint to start from, as Hugging Face lays it out')
    .requiredOption('--texts <file>', 'JSONL: {"text"} or {"input", "target"} a line', existingFile)
    .requiredOption('--out <folder>', 'gets the checkpoint');
  addSettingFlags(command, settingsSchema.shape.fineTune.unwrap());
  addLogFlags(command).action(async (flags) => (await import('../actions/train.ts')).finetune(flags));
}

const addLogFlags = (command: Command) =>
  command
    .option('--log <file>', 'JSONL: gets {step, loss, learningRate, seconds} for each step')
    .option('--json', 'print the figures as one line of JSON');
