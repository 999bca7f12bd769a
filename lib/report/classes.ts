import type { Report, ReportedClass } from './schema.ts';

/** The classes, most frequent first before balancing; equal ones by name. */
export function byFrequency({ classes }: Pick<Report, 'classes'>): [name: string, figures: ReportedClass][] {
  return Object.entries(classes).sort(
    ([a, { train: m }], [b, { train: n }]) => n - m || (a < b ? -1 : a > b ? 1 : 0),
  );
}
