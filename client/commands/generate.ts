import type { Command } from 'commander';
import { settingsSchema } from '../../lib/settings/settings.ts';
import { addSettingFlags } from '../setting-flags.ts';
import { existingFile } from './flags.ts';

/** Settings of how a run shares out and repeats its generation, which one file of prompts has no use for. */
const OF_RUNS = ['target', 'keywordProbability', 'shardSize', 'maxRounds'];

/** `generate`. */
export function defineGenerate(command: Command): void {
  command
    .requiredOption('--model <folder>', 'the checkpoint, as Hugging Face lays it out')
    .requiredOption('--prompts <file>', 'JSONL: {"prompt"} a line', existingFile)
    .requiredOption('--out <file>', 'JSONL: gets {prompt, text, ids, score} for each prompt');
  addSettingFlags(command, settingsSchema.shape.generate.unwrap(), { without: OF_RUNS })
    .option('--json', 'print the figures as one line of JSON')
    .action(async (flags) => (await import('../actions/generate.ts')).runGenerate(flags));
}
