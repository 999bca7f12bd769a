import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { compareFiles, type FileComparisonResult } from '../../lib/evaluation/compare-files.ts';
import { figuresOf } from '../../lib/evaluation/methods.ts';
import { describeComparison, describeProtocols } from '../../lib/report/evaluation-findings.ts';
import type { Verdict } from '../../lib/report/schema.ts';
import { formatProtocolTables } from '../../lib/report/table.ts';
import { decideVerdict } from '../../lib/report/verdict.ts';
import { parseSettings } from '../../lib/settings/parse.ts';
import { columnAssignments } from '../commands/flags.ts';
import { describeVerdict } from '../outcome.ts';
import { createOutput } from '../output.ts';
import { readAssignments } from '../run-input.ts';
import { withProgress } from '../watching/progress-line.ts';

interface EvaluateFlags {
  train: string;
  test: string;
  add?: string[];
  columns?: string;
  set?: string[];
  details?: string;
  json?: boolean;
}

/** Compares the balancing methods on files. */
export async function evaluate(flags: EvaluateFlags): Promise<void> {
  const output = createOutput(flags.json);
  const given = readAssignments([...columnAssignments(flags.columns), ...(flags.set ?? [])], {
    groups: ['columns', 'classifier', 'evaluation'],
    problem: 'is not an evaluation setting',
  });
  const { columns, classifier, evaluation } = parseSettings({ source: flags.train, ...given });
  const results = await withProgress(output, 'stopped', ({ show, signal }) =>
    compareFiles({
      ...flags,
      columns,
      classifier,
      evaluation,
      concurrency: availableParallelism(),
      signal,
      onProgress: ({ method, share }) =>
        show({ phase: method, done: Math.round(share * 100), total: 100, unit: '%' }),
    }),
  );
  const verdict = verdictOf(results);
  if (flags.details) await writeFile(flags.details, `${JSON.stringify({ verdict, ...results }, null, 2)}\n`);
  output.result(methodsOf(results), describe(results, verdict));
}

/** The `--json` output: each method's metrics under the first protocol, and under every protocol. */
const methodsOf = ({ methods }: FileComparisonResult) =>
  mapValues(methods, ({ protocols, ...first }) => ({
    ...figuresOf(first),
    protocols: mapValues(protocols, figuresOf),
  }));

/** Omits the mean recall of rare and frequent classes, which files do not distinguish. */
function verdictOf({ methods, comparison, added }: FileComparisonResult): Verdict {
  const protocols = describeProtocols(Object.values(methods), { rare: [], frequent: [] });
  const { tuning } = comparison;
  return decideVerdict({
    protocols,
    comparison: describeComparison(Object.values(methods), comparison),
    ...(tuning && { tuning }),
    generated: added,
  });
}

function describe({ methods, comparison }: FileComparisonResult, verdict: Verdict): string {
  const tables = mapValues(comparison.protocols, (_, protocol) =>
    mapValues(methods, ({ protocols }) => protocols[protocol]!),
  );
  return [formatProtocolTables(tables), describeVerdict(verdict)].join('\n\n');
}

const mapValues = <K extends string, V, R>(record: Partial<Record<K, V>>, of: (value: V, key: K) => R) =>
  Object.fromEntries(
    (Object.entries(record) as [K, V][]).map(([key, value]) => [key, of(value, key)]),
  ) as Partial<Record<K, R>>;
