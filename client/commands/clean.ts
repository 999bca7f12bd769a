import type { Command } from 'commander';
import { collected, existingSources, wholeNumber } from './flags.ts';

/** `clean`. */
export const defineClean = (command: Command) =>
  command
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
