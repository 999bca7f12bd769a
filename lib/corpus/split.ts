/** The train/test split. */
import { hash } from 'node:crypto';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { SplitSettings } from '../settings/settings.ts';
import type { ChosenClass } from './classes.ts';
import type { RecordTable } from './record-table.ts';

export type Side = 'train' | 'test';

export interface SplitClass {
  name: string;
  kind: 'frequent' | 'rare';
  train: number;
  test: number;
}

/** A record's position in [0, 1), by its id and the seed only: its side does not depend on other records. */
export function splitFraction(id: string, seed: number): number {
  return hash('sha256', JSON.stringify([seed, id]), 'buffer').readUIntBE(0, 6) / 2 ** 48;
}

export interface Split {
  classes: SplitClass[];
  sideOf(record: number): Side;
  /** Whether no model learns from this training record; a class that would have none left to learn from keeps all. */
  isValidation(record: number): boolean;
  /** Records on the other side than the hash of their id says, since their class had none there. */
  moved: { record: number; side: Side }[];
}

/**
 * Splits the kept records: each lies on the side of the first of its duplicates. A class that has none on one side gets
 * the nearest of its pages there, with all its duplicates.
 * @param validation share of the training records that no model learns from
 * @throws {InvalidInput} naming the first class that has no record on one side all the same
 */
export function splitClasses(
  table: RecordTable,
  chosen: readonly ChosenClass[],
  firstOf: (record: number) => number,
  split: SplitSettings,
  validation = 0,
): Split {
  const isTest = new Uint8Array(table.count);
  const sideOf = (record: number): Side => (isTest[record] === 1 ? 'test' : 'train');
  const classes = chosen.map(({ name, kind }): SplitClass => ({ name, kind, train: 0, test: 0 }));
  const byName = new Map(classes.map((one) => [one.name, one]));
  for (const record of table.kept()) {
    isTest[record] = table.fraction[firstOf(record)]! < split.test ? 1 : 0;
    byName.get(table.labelOf(record))![sideOf(record)]++;
  }
  const moved: Split['moved'] = [];
  for (const { name, train, test } of classes) {
    if (train > 0 && test > 0) continue;
    const [side, other] = test === 0 ? (['test', 'train'] as const) : (['train', 'test'] as const);
    const place = (record: number) => table.fraction[firstOf(record)]! * (side === 'test' ? 1 : -1);
    const own = [...table.kept()].filter((record) => table.labelOf(record) === name);
    const nearest = own.reduce((best, record) => (place(record) < place(best) ? record : best), own[0]!);
    for (const record of table.kept()) {
      if (firstOf(record) !== firstOf(nearest)) continue;
      isTest[record] = side === 'test' ? 1 : 0;
      moved.push({ record, side });
      byName.get(table.labelOf(record))![side]++;
      byName.get(table.labelOf(record))![other]--;
    }
  }
  requireBothSides(classes, split);
  const upTo = split.test + (1 - split.test) * validation;
  const isBelow = (record: number) => table.fraction[firstOf(record)]! < upTo;
  const learnableLabels = new Set<string>();
  for (const record of table.kept())
    if (sideOf(record) === 'train' && !isBelow(record)) learnableLabels.add(table.labelOf(record));
  const isValidation = (record: number) =>
    sideOf(record) === 'train' && isBelow(record) && learnableLabels.has(table.labelOf(record));
  return { classes, sideOf, isValidation, moved };
}

/** @throws {InvalidInput} naming the first class that has no record on one of the two sides */
export function requireBothSides(
  classes: ReadonlyArray<Omit<SplitClass, 'kind'>>,
  { test, seed }: SplitSettings,
): void {
  const oneSided = classes.find((one) => one.train === 0 || one.test === 0);
  if (!oneSided) return;
  const { name, train, test: held } = oneSided;
  throw new InvalidInput(
    'split',
    `none of the ${train + held} records of the class "${name}" fell on the ${train === 0 ? 'training' : 'test'} side (test ${test}, seed ${seed})`,
    'Choose another split.seed or split.test, or leave out classes this small by classes.minRecords.',
  );
}
