import type { Report, ReportedClass } from './schema.ts';

/** The classes, most frequent first before balancing; equal ones by name. */
export function byFrequency({ classes }: Pick<Report, 'classes'>): [name: string, figures: ReportedClass][] {
  return Object.entries(classes).sort(
    ([a, { train: m }], [b, { train: n }]) => n - m || (a < b ? -1 : a > b ? 1 : 0),
  );
}

/** Of a list that is longer than `most` the first and the last, half of it each. */
export function bothEnds<T>(items: readonly T[], most: number): T[] {
  const half = Math.ceil(most / 2);
  return items.length <= most ? [...items] : [...items.slice(0, half), ...items.slice(half - most)];
}
