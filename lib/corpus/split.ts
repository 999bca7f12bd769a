/** The hold-out. */
import { hash } from 'node:crypto';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { SplitSettings } from '../settings/settings.ts';

export type Side = 'train' | 'test';

/**
 * Where a record lies between 0 and 1. It depends on its id and the seed alone: a record stays on its side when others
 * are added, changed or removed.
 */
export function splitFraction(id: string, seed: number): number {
  return hash('sha256', JSON.stringify([seed, id]), 'buffer').readUIntBE(0, 6) / 2 ** 48;
}

/** The side of a record that lies there. */
export function sideAt(fraction: number, test: number): Side {
  return fraction < test ? 'test' : 'train';
}

/** The side of a record. */
export function sideOf(id: string, { test, seed }: SplitSettings): Side {
  return sideAt(splitFraction(id, seed), test);
}

/**
 * @throws {InvalidInput} naming the first class that has no record on one of the two sides
 */
export function requireBothSides(
  classes: ReadonlyArray<{ name: string; train: number; test: number }>,
  { test, seed }: SplitSettings,
): void {
  for (const { name, train, test: held } of classes)
    for (const [side, records] of [
      ['training', train],
      ['test', held],
    ] as const)
      if (records === 0)
        throw new InvalidInput(
          'split',
          `none of the ${train + held} records of the class "${name}" fell on the ${side} side (test ${test}, seed ${seed})`,
          'Choose another split.seed or split.test, or leave out classes this small by classes.minRecords.',
        );
}
