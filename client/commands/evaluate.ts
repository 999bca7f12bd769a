import type { Command } from 'commander';
import { compareFiles } from '../../lib/evaluation/compare-files.ts';
import { formatMethodsTable } from '../../lib/report/table.ts';
import { InvalidInput } from '../../lib/settings/invalid-input.ts';
import { parseSettings } from '../../lib/settings/parse.ts';
import { onInterruption } from '../interruption.ts';
import { createOutput } from '../output.ts';
import { readAssignments } from '../run-input.ts';
import { progressOf } from '../watching/progress-line.ts';
import { collected, columnAssignments } from './flags.ts';

interface EvaluateFlags {
  train: string;
  test: string;
  add?: string[];
  columns?: string;
  set?: string[];
  json?: boolean;
}

/** `evaluate`. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('compare the balancing methods on any files')
    .requiredOption('--train <file>', 'training records: .txt in fastText format, CSV or JSONL')
    .requiredOption('--test <file>', 'records to test on')
    .option('--add <file...>', 'records to add to the training ones, as generated ones are')
    .option('--columns <names>', 'columns of CSV and JSONL, as label=topic,text=body')
    .option(
      '--set <path=value>',
      'a setting of classifier or evaluation, as evaluation.seeds=5; may be repeated',
      collected,
    )
    .option('--json', 'print the metrics as one line of JSON')
    .action(evaluate);
}

const GROUPS = ['columns', 'classifier', 'evaluation'];

async function evaluate(flags: EvaluateFlags): Promise<void> {
  const output = createOutput(flags.json);
  const given = readAssignments([...columnAssignments(flags.columns), ...(flags.set ?? [])]);
  const foreign = Object.keys(given).find((group) => !GROUPS.includes(group));
  if (foreign)
    throw new InvalidInput(foreign, 'is no setting of an evaluation', `Those are: ${GROUPS.join(', ')}`);
  const { columns, classifier, evaluation } = parseSettings({ source: flags.train, ...given });
  const progress = progressOf(output);
  const interruption = onInterruption(() => 'stopped');
  try {
    const results = await compareFiles({
      ...flags,
      columns,
      classifier,
      evaluation,
      signal: interruption.signal,
      onProgress: ({ method, share }) =>
        progress.show({ phase: method, done: Math.round(share * 100), total: 100, unit: '%' }),
    });
    progress.end();
    const methods = Object.fromEntries(
      Object.entries(results).map(([method, { microF1, macroF1, weightedF1, recall }]) => [
        method,
        { microF1, macroF1, weightedF1, recall },
      ]),
    );
    output.result(methods, formatMethodsTable(methods));
  } finally {
    progress.end();
    interruption.release();
  }
}
