import type { Command } from 'commander';
import { collected, existingFile, existingFiles } from './flags.ts';

/** `evaluate`. */
export const defineEvaluate = (command: Command) =>
  command
    .requiredOption('--train <file>', 'training records: .txt in fastText format, CSV or JSONL', existingFile)
    .requiredOption('--test <file>', 'records to test on', existingFile)
    .option('--add <file...>', 'records to add to the training ones, as generated ones are', existingFiles)
    .option('--columns <names>', 'columns of CSV and JSONL, as label=topic,text=body')
    .option(
      '--set <path=value>',
      'a setting of classifier or evaluation, as evaluation.seeds=5; may be repeated',
      collected,
    )
    .option('--details <file>', 'write everything as JSON: figures by class, confusion, intervals, tests')
    .option('--json', 'print the metrics as one line of JSON')
    .action(async (flags) => (await import('../actions/evaluate.ts')).evaluate(flags));
