import type { Command } from 'commander';
import {
  collected,
  existingFile,
  existingFiles,
  existingSources,
  wholeNumber,
  withExample,
} from './flags.ts';

export const clean = (command: Command) =>
  withExample(command, 'npx counterpoise clean scrape.csv --out cleaned --columns label=topic,text=body')
    .argument(
      '<source...>',
      'files, folders, globs or s3:// addresses of CSV, JSONL or Parquet',
      existingSources,
    )
    .requiredOption(
      '--out <folder>',
      'gets train and test as .jsonl and in the other formats, and rejected.csv',
    )
    .option('--formats <names>', 'other formats: txt (of fastText), csv, parquet; comma between them', 'txt')
    .option('--threads <n>', "threads that read and clean (default: the machine's cores)", wholeNumber(1))
    .option('--columns <names>', 'columns, as label=topic,text=body')
    .option('--set <path=value>', 'one setting, as cleaning.lemmatise=true; may be repeated', collected)
    .option('--json', 'print the counts as one line of JSON')
    .action(async (source, flags) => (await import('../actions/clean.ts')).clean(source, flags));

export const evaluate = (command: Command) =>
  withExample(command, 'npx counterpoise evaluate --train train.csv --test test.csv --add generated.csv')
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
