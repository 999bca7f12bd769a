import { formatProtocolTables } from '../lib/report/table.ts';
import type { RunResult } from '../workflows/result.ts';
import { skippedFileLines } from './skipped-files.ts';
import { describeVerdict } from './verdict.ts';

/** What a finished run says to a person: the methods, what became of the rare classes, and where everything is. */
export function describeOutcome(result: RunResult, uiAddress?: string): string {
  const rare = Object.entries(result.classes).filter(([, { state }]) => state !== 'kept');
  return [
    '',
    ...(result.changed ? [] : ['Nothing changed since the run before: every stage was done already.', '']),
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
    ...(uiAddress ? [`Web UI:   ${uiAddress}`] : []),
  ].join('\n');
}
