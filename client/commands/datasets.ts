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
      'output folder for train and test as .jsonl and in the other formats, and rejected.csv',
    )
    .option('--formats <names>', 'additional formats, comma-separated: txt (fastText), csv, parquet', 'txt')
    .option(
      '--threads <n>',
      "threads for reading and cleaning (default: the machine's cores)",
      wholeNumber(1),
    )
    .option('--columns <names>', 'column names, e.g. label=topic,text=body')
    .option('--set <path=value>', 'one setting, e.g. cleaning.lemmatise=true; repeatable', collected)
    .option('--json', 'print the counts as one line of JSON')
    .action(async (source, flags) => (await import('../actions/clean.ts')).clean(source, flags));

export const evaluate = (command: Command) =>
  withExample(command, 'npx counterpoise evaluate --train train.csv --test test.csv --add generated.csv')
    .requiredOption('--train <file>', 'training records: .txt in fastText format, CSV or JSONL', existingFile)
    .requiredOption('--test <file>', 'records to test on', existingFile)
    .option('--add <file...>', 'generated records to add to the training records', existingFiles)
    .option('--columns <names>', 'column names of CSV and JSONL, e.g. label=topic,text=body')
    .option(
      '--set <path=value>',
      'a setting of classifier or evaluation, e.g. evaluation.seeds=5; repeatable',
      collected,
    )
    .option('--details <file>', 'write everything as JSON: figures by class, confusion, intervals, tests')
    .option('--json', 'print the metrics as one line of JSON')
    .action(async (flags) => (await import('../actions/evaluate.ts')).evaluate(flags));
