/** The methods as a plain text table for a terminal. */
import type { MethodFigures } from '../evaluation/methods.ts';
import type { Method } from '../settings/method-table.ts';
import type { Protocol } from '../settings/settings.ts';
import { METHOD_NAMES } from './methods.ts';
import { figure, shortName } from './words.ts';

const MOST_CLASSES = 20;
const LONGEST_NAME = 32;

/** A table for each protocol, under its name; the rows are in the order of the methods. */
export function formatProtocolTables(
  protocols: Readonly<Partial<Record<Protocol, Readonly<Record<string, MethodFigures>>>>>,
): string {
  return Object.entries(protocols)
    .map(([protocol, methods]) => `${protocol}\n${formatMethodsTable(methods)}`)
    .join('\n\n');
}

/** F1 of each method, in the order given, and below it the recall of each class by method. */
export function formatMethodsTable(methods: Readonly<Record<string, MethodFigures>>): string {
  const entries = Object.entries(methods);
  const names = entries.map(([method]) => METHOD_NAMES[method as Method] ?? method);
  const overall = entries.map(([, { microF1, macroF1, weightedF1 }], at) => [
    names[at]!,
    ...[microF1, macroF1, weightedF1].map(figure),
  ]);
  const classes = Object.keys(entries[0]?.[1].recall ?? {});
  const recalls = classes
    .slice(0, MOST_CLASSES)
    .map((name) => [
      shortName(name, LONGEST_NAME),
      ...entries.map(([, { recall }]) => (Object.hasOwn(recall, name) ? figure(recall[name]!) : '')),
    ]);
  const rest = classes.length - recalls.length;
  return [
    ...aligned([['method', 'micro F1', 'macro F1', 'weighted F1'], ...overall]),
    '',
    ...aligned([['recall of', ...names], ...recalls]),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ].join('\n');
}

function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
}
