import type { GenerateSettings } from '../settings/settings.ts';

/** What is said of a run in which no rare class lacks a record. */
export const NOTHING_LACKS =
  'No rare class lacks records of generate.target: there is nothing to train or generate. Raise it, or choose other classes.';

/**
 * How many records a class lacks to reach the target, at least 0.
 * @param target as in the settings: `largest`, `median`, up to 1 a ratio of the largest class, or a number
 * @param records training records of this class
 * @param allRecords training records of every class
 */
export function missingRecords(
  target: GenerateSettings['target'],
  records: number,
  allRecords: readonly number[],
): number {
  return Math.max(0, targetRecords(target, allRecords) - records);
}

function targetRecords(target: GenerateSettings['target'], allRecords: readonly number[]): number {
  const ascending = [...allRecords].sort((a, b) => a - b);
  const largest = ascending.at(-1) ?? 0;
  if (target === 'largest') return largest;
  if (target === 'median') {
    const upper = ascending.length >> 1;
    return ascending.length % 2 === 1
      ? ascending[upper]!
      : Math.floor((ascending[upper - 1]! + ascending[upper]!) / 2);
  }
  return target <= 1 ? Math.round(largest * target) : Math.round(target);
}
