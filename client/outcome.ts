import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatMethodsTable } from '../lib/report/table.ts';
import { InvalidInput } from '../lib/settings/invalid-input.ts';
import type { RunResult } from '../workflows/result.ts';

/** What a finished run says to a person: the methods, what became of the rare classes, and where everything is. */
export function describeOutcome(result: RunResult, uiAddress?: string): string {
  const rare = Object.entries(result.classes).filter(([, { state }]) => state !== 'kept');
  return [
    '',
    ...(result.changed ? [] : ['Nothing changed since the run before: every stage was done already.', '']),
    formatMethodsTable(result.methods),
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

/**
 * The local folder of the artifact that a file belongs to.
 * @throws {InvalidInput} when this machine does not have it
 */
export function artifactFolder(uri: string): string {
  const folder = uri.startsWith('file://') ? dirname(fileURLToPath(uri)) : undefined;
  if (folder && existsSync(folder)) return folder;
  throw new InvalidInput('report', `${uri} is not on this machine`, 'Run this where the artifact store is');
}
