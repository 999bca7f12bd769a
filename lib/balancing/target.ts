import { quantile } from '../arithmetic/quantile.ts';
import type { GenerateSettings } from '../settings/settings.ts';

/** The remark for a run in which every rare class already reaches its target. */
export const NO_CLASS_LACKS_RECORDS =
  'No rare class lacks records of generate.target: there is nothing to train or generate. Raise it, or choose other classes.';

/** The candidates of `auto`: generated records per real one. */
export const AUTO_MULTIPLES: readonly number[] = [0, 0.5, 1, 2, 4];

/**
 * How many records a class lacks to reach the target, at least 0.
 * @param target as in the settings: `largest`, `median`, up to 1 a ratio of the largest class, a number, or a
 *   multiple of the class's own records, which makes it no larger than the largest; `auto`: the largest multiple
 * @param records training records of this class
 * @param allRecords training records of every class
 */
export function missingRecords(
  target: GenerateSettings['target'],
  records: number,
  allRecords: readonly number[],
): number {
  if (typeof target === 'object' || target === 'auto') {
    const times = target === 'auto' ? Math.max(...AUTO_MULTIPLES) : target.times;
    const most = Math.max(...allRecords) - records;
    return Math.max(0, Math.min(Math.round(times * records), most));
  }
  const ascending = [...allRecords].sort((a, b) => a - b);
  const largest = ascending.at(-1) ?? 0;
  const wanted =
    target === 'largest'
      ? largest
      : target === 'median'
        ? Math.floor(quantile(ascending, 0.5))
        : Math.round(target <= 1 ? largest * target : target);
  return Math.max(0, wanted - records);
}

/**
 * Prompts of a generation round for a number of missing records.
 * @param settings.spare absent in runs that began before there was one
 */
export const promptsFor = (
  missing: number,
  { spare = 0 }: Partial<Pick<GenerateSettings, 'spare'>>,
): number => Math.ceil(missing * (1 + spare));
