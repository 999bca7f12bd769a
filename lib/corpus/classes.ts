/** Chooses the classes of a run, and which of them are rare and get balanced. */
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ClassSettings } from '../settings/settings.ts';
import { labelKey } from './labels.ts';

export interface ChosenClass {
  name: string;
  kind: 'frequent' | 'rare';
  records: number;
}

/** Fewer records cannot be split into training and test. */
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
    : byRecords(ordered, settings);
  const small = chosen.findLast(({ records }) => records < FEWEST_RECORDS);
  if (!small) return chosen;
  throw new InvalidInput(
    settings.include ? 'classes.include' : 'classes.minRecords',
    `the class "${small.name}" has ${small.records} records, too few to hold some out and learn from the others`,
    `A class needs at least ${FEWEST_RECORDS}: leave it out (set classes.minRecords to ${FEWEST_RECORDS - 1} or more), or name a source with more of it.`,
  );
}

type Counted = Omit<ChosenClass, 'kind'>;

const classOf = (one: Counted, isRare: boolean): ChosenClass => ({
  ...one,
  kind: isRare ? 'rare' : 'frequent',
});

function byRecords(
  ordered: Counted[],
  { rareBelow, minRecords, frequent, rare }: ClassSettings,
): ChosenClass[] {
  const eligible = ordered.filter(({ records }) => records > minRecords);
  const rareFrom = Math.max(frequent > 0 ? 1 : 0, eligible.length - (rare as number));
  const chosen =
    rareBelow === null
      ? eligible
          .map((one, at) => classOf(one, at >= rareFrom))
          .filter(({ kind }, at) => kind === 'rare' || at < frequent)
      : eligible.map((one) => classOf(one, one.records < rareBelow * ordered[0]!.records));
  if (chosen.length > 1 && chosen.some(({ kind }) => kind === 'rare')) return chosen;
  const kept = chosen.map(({ name }) => `"${name}"`).join(', ');
  throw new InvalidInput(
    rareBelow === null ? 'classes.minRecords' : 'classes.rareBelow',
    kept === ''
      ? `no class has more than ${minRecords} records after cleaning`
      : `only ${kept} would be kept (classes of more than ${minRecords} records), which leaves no rare class beside a frequent one`,
    `The largest are ${largest(ordered)}: lower classes.minRecords, raise classes.frequent, classes.rare or classes.rareBelow, or name the classes.`,
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
  const present = new Set(ordered.map(({ name }) => labelKey(name)));
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
    .map((one) => classOf(one, rareKeys.has(labelKey(one.name))));
}

const largest = (ordered: Counted[]) =>
  ordered
    .slice(0, 5)
    .map(({ name, records }) => `${name} (${records})`)
    .join(', ') || 'none';
