/** Which classes a run keeps, and which of them are the rare ones that get balanced. */
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ClassSettings } from '../settings/settings.ts';
import { labelKey } from './labels.ts';

export interface ChosenClass {
  name: string;
  kind: 'frequent' | 'rare';
  records: number;
}

/** Fewer records than this can neither be held out from nor learnt from. */
export const FEWEST_RECORDS = 10;

/**
 * The classes by their settings, most frequent first; equal counts are ordered by name.
 *
 * With counts, only classes of more than `minRecords` records are looked at: the `rare` least frequent of them are
 * rare, the `frequent` most frequent of the others frequent. Where there are too few for both, the rare come first,
 * as long as one is left to be frequent. With `rareBelow`, all of them are kept, rare where they have a smaller share of
 * the largest one's records. With names, `include` is kept and `rare` says which of them are rare.
 * @param counts records of each class after cleaning
 * @throws {InvalidInput} where fewer than two classes come out, a named one is absent or one has fewer than
 *   `FEWEST_RECORDS` records
 */
export function chooseClasses(counts: ReadonlyMap<string, number>, settings: ClassSettings): ChosenClass[] {
  const ordered = [...counts]
    .map(([name, records]) => ({ name, records }))
    .sort((a, b) => b.records - a.records || (a.name < b.name ? -1 : 1));
  const chosen = settings.include
    ? byName(ordered, settings.include, settings.rare as string[])
    : settings.rareBelow !== null
      ? byShare(ordered, settings.rareBelow, settings.minRecords)
      : byCount(ordered, settings.frequent, settings.rare as number, settings.minRecords);
  const small = chosen.findLast(({ records }) => records < FEWEST_RECORDS);
  if (small)
    throw new InvalidInput(
      settings.include ? 'classes.include' : 'classes.minRecords',
      `the class "${small.name}" has ${plural(small.records)}, too few to hold some out and learn from the others`,
      `A class needs at least ${FEWEST_RECORDS}: ${
        settings.include
          ? 'leave it out, or name a source with more of it.'
          : `set classes.minRecords to ${FEWEST_RECORDS - 1} or more, or name a source with more of it.`
      }`,
    );
  return chosen;
}

type Counted = Omit<ChosenClass, 'kind'>;

function byShare(ordered: Counted[], rareBelow: number, minRecords: number): ChosenClass[] {
  const eligible = ordered.filter(({ records }) => records > minRecords);
  const most = ordered[0]?.records ?? 0;
  const chosen = eligible.map(
    (one): ChosenClass => ({ ...one, kind: one.records < rareBelow * most ? 'rare' : 'frequent' }),
  );
  if (chosen.some(({ kind }) => kind === 'rare')) return chosen;
  throw new InvalidInput(
    'classes.rareBelow',
    `no class of more than ${minRecords} records has less than ${rareBelow} of the records of the largest`,
    `The largest are ${largest(ordered)}: raise classes.rareBelow, lower classes.minRecords, or name the classes.`,
  );
}

function byCount(ordered: Counted[], frequent: number, rare: number, minRecords: number): ChosenClass[] {
  const eligible = ordered.filter(({ records }) => records > minRecords);
  if (eligible.length === 0)
    throw new InvalidInput(
      'classes.minRecords',
      `no class has more than ${minRecords} records after cleaning`,
      `The largest are ${largest(ordered)}: choose a smaller number.`,
    );
  const rareCount = Math.min(rare, frequent > 0 ? eligible.length - 1 : eligible.length);
  const rareFrom = eligible.length - rareCount;
  const chosen = eligible.flatMap((one, at): ChosenClass[] => {
    if (at >= rareFrom) return [{ ...one, kind: 'rare' }];
    return at < frequent ? [{ ...one, kind: 'frequent' }] : [];
  });
  if (rareCount > 0 && chosen.length > 1) return chosen;
  throw new InvalidInput(
    'classes',
    `only "${chosen[0]!.name}" would be kept (${plural(eligible.length, 'class has', 'classes have')} more than ${minRecords} records)`,
    `Balancing needs two classes or more. The largest are ${largest(ordered)}: lower classes.minRecords, or raise classes.frequent and classes.rare.`,
  );
}

function byName(ordered: Counted[], include: string[], rare: string[]): ChosenClass[] {
  const included = new Set(include.map(labelKey));
  const rareKeys = new Set(rare.map(labelKey));
  for (const name of rare)
    if (!included.has(labelKey(name)))
      throw new InvalidInput(
        'classes.rare',
        `"${name}" does not stand in classes.include`,
        'Add it there, since include names all classes to keep.',
      );
  const present = new Map(ordered.map((one) => [labelKey(one.name), one]));
  for (const name of include)
    if (!present.has(labelKey(name)))
      throw new InvalidInput(
        'classes.include',
        `no record of the class "${name}" is left after cleaning`,
        `The largest classes are ${largest(ordered)}.`,
      );
  if (included.size < 2)
    throw new InvalidInput(
      'classes.include',
      'it names one class',
      'Balancing needs two classes or more: name another.',
    );
  return ordered
    .filter(({ name }) => included.has(labelKey(name)))
    .map((one) => ({ ...one, kind: rareKeys.has(labelKey(one.name)) ? 'rare' : 'frequent' }));
}

const largest = (ordered: Counted[]) =>
  ordered.length === 0
    ? 'none'
    : ordered
        .slice(0, 5)
        .map(({ name, records }) => `${name} (${records})`)
        .join(', ');

const plural = (count: number, one = 'record', many = 'records') => `${count} ${count === 1 ? one : many}`;
