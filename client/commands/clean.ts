import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Roots } from '../../lib/artifacts/roots.ts';
import { readPages, writeFastText, writePagesCsv, writePagesParquet } from '../../lib/corpus/formats.ts';
import { openSources } from '../../lib/corpus/outside-files.ts';
import { type PrepareSummary, prepareCorpus } from '../../lib/corpus/prepare.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { parseSettings } from '../../lib/settings/parse.ts';
import { prepareSettings } from '../../lib/settings/prepare-settings.ts';
import { onInterruption } from '../interruption.ts';
import { createOutput } from '../output.ts';
import { readRunInput } from '../run-input.ts';
import { progressOf } from '../watching/progress-line.ts';
import { collected, columnAssignments, wholeNumber } from './flags.ts';

interface CleanFlags {
  out: string;
  formats: Format[];
  threads?: number;
  set?: string[];
  columns?: string;
  json?: boolean;
}

type Format = keyof typeof WRITERS;

/** What `train.jsonl` and `test.jsonl` are written as besides, by the ending of the file. */
const WRITERS = { txt: writeFastText, csv: writePagesCsv, parquet: writePagesParquet };

/** `clean`. */
export function addCleanCommand(program: Command): void {
  program
    .command('clean')
    .description('the prepare stage alone: clean, filter by language, trim, choose classes, split')
    .argument('<source...>', 'files, folders, globs or s3:// addresses of CSV, JSONL or Parquet')
    .requiredOption(
      '--out <folder>',
      'gets train and test as .jsonl and in the other formats, and rejected.csv',
    )
    .option(
      '--formats <names>',
      'other formats: txt (of fastText), csv, parquet; comma between them',
      formats,
      ['txt' as const],
    )
    .option('--threads <n>', "threads that read and clean (default: the machine's cores)", wholeNumber(1))
    .option('--columns <names>', 'columns, as label=topic,text=body')
    .option('--set <path=value>', 'one setting, as cleaning.lemmatise=true; may be repeated', collected)
    .option('--json', 'print the counts as one line of JSON')
    .action(clean);
}

async function clean(source: string[], flags: CleanFlags): Promise<void> {
  const output = createOutput(flags.json);
  const assignments = [...columnAssignments(flags.columns), ...(flags.set ?? [])];
  const settings = parseSettings(readRunInput({ source, assignments }));
  const out = resolve(flags.out);
  await mkdir(out, { recursive: true });
  const progress = progressOf(output);
  const interruption = onInterruption(() => `stopped; what is in ${out} is incomplete`);
  try {
    const { signal } = interruption;
    const files = await openSources(settings.source, settings.sourceSelection, Roots.everything(), {
      signal,
    });
    const summary = await prepareCorpus({
      files: files.map(({ path }) => path),
      settings: prepareSettings(settings),
      out,
      threads: flags.threads,
      signal,
      onProgress: progress.show,
    });
    for (const side of ['train', 'test'])
      for (const format of flags.formats)
        await WRITERS[format](join(out, `${side}.${format}`), readPages(join(out, `${side}.jsonl`)));
    progress.end();
    output.result({ ...summary, out }, describePreparation(summary, out));
  } finally {
    progress.end();
    interruption.release();
  }
}

function formats(names: string): Format[] {
  const asked = names.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !Object.hasOwn(WRITERS, name));
  if (unknown !== undefined)
    throw new InvalidInput(
      '--formats',
      `"${unknown}" is no format`,
      `Those known are ${Object.keys(WRITERS).join(', ')}; .jsonl is always written.`,
    );
  return asked as Format[];
}

function describePreparation(summary: PrepareSummary, out: string): string {
  const counts = (part: Partial<Record<string, number>>) =>
    Object.entries(part).map(([reason, count]) => `  ${reason}: ${count}`);
  const dropped = Object.entries(summary.dropped).map(
    ([reason, classes]) => [reason, Object.values(classes).reduce((sum, count) => sum + count, 0)] as const,
  );
  return [
    `${summary.read} rows read, ${summary.train} records for training and ${summary.test} for the test.`,
    ...section('Rows rejected', counts(summary.rejected)),
    ...section('Records dropped', counts(Object.fromEntries(dropped))),
    ...section(
      'Classes (training + test)',
      summary.classes.map(({ name, kind, train, test }) => `  ${name}: ${train} + ${test}, ${kind}`),
    ),
    `Written to ${out}`,
  ].join('\n');
}

const section = (title: string, lines: string[]) => (lines.length > 0 ? [`${title}:`, ...lines] : []);
