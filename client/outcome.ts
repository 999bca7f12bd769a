import type { Verdict } from '../lib/report/schema.ts';
import { formatProtocolTables } from '../lib/report/table.ts';
import type { RunResult } from '../workflows/result.ts';

/** The result of a finished run as text. @param page address of the run in the Web UI, or the command that opens it */
export function describeOutcome(result: RunResult, page?: string): string {
  const rare = Object.entries(result.classes).filter(([, { state }]) => state !== 'kept');
  return [
    '',
    ...(result.changed ? [] : ['Nothing changed since the previous run: every stage was cached.', '']),
    ...skippedFileLines(result.passedOver),
    ...(result.remark ? [result.remark, ''] : []),
    ...(result.verdict ? [describeVerdict(result.verdict), ''] : []),
    formatProtocolTables(result.protocols),
    '',
    ...rare.map(
      ([name, { train, generated, state }]) =>
        `${name}: ${state}, ${train} records and ${generated} generated`,
    ),
    '',
    `Report:   ${result.report.uri}`,
    `Dataset:  ${result.dataset.uri}`,
    ...(result.comparison ? [`Compared: ${result.comparison.uri}`] : []),
    ...(page ? [`Web UI:   ${page}`] : []),
  ].join('\n');
}

/** The verdict in words: what to do and why, how `paper` would differ, and caveats. */
export function describeVerdict({ sentence, grounds, paper, cautions }: Verdict): string {
  return [sentence, grounds, paper, ...cautions].filter((words) => words !== undefined).join('\n');
}

/** A line for each file of a folder or a pattern that was skipped. */
export function skippedFileLines(files: readonly string[] = []): string[] {
  if (files.length === 0) return [];
  return ['Files skipped, empty or of another kind by their names:', ...files.map((file) => `  ${file}`)];
}
