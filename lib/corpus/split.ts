/** The hold-out. */
import { hash } from 'node:crypto';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { SplitSettings } from '../settings/settings.ts';

export type Side = 'train' | 'test';

/**
 * The side of a record. It depends on its id and the seed alone: a record stays where it is when others are added,
 * changed or removed.
 */
export function sideOf(id: string, { test, seed }: SplitSettings): Side {
  const digest = hash('sha256', JSON.stringify([seed, id]), 'buffer');
  return digest.readUIntBE(0, 6) / 2 ** 48 < test ? 'test' : 'train';
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
