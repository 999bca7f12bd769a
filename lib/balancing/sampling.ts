/**
 * The sampling methods, as lists of record numbers: no text is copied.
 *
 * A classifier trained by SGD, such as fastText, depends on the order of its records. So every list is shuffled: methods
 * must not differ by the order of their records.
 */
import { indicesOfEach } from '../arithmetic/counts.ts';
import { quantile } from '../arithmetic/quantile.ts';
import type { Page } from '../corpus/page.ts';
import type { Random } from '../random/random.ts';

/** All records once, shuffled. */
export function inRandomOrder(labels: readonly string[], random: Random): Int32Array {
  return random.shuffle(Int32Array.from(labels.keys()));
}

/**
 * Each class cut to the size of the smallest, or to a percentile of the sizes, drawn without replacement; shuffled.
 * @param percentile 0 to 100, by numpy's linear interpolation, rounded down; a class below it keeps all its records
 */
export function undersample(labels: readonly string[], random: Random, percentile = 0): Int32Array {
  const classes = recordsByClass(labels);
  const sizes = classes.map((records) => records.length).sort((a, b) => a - b);
  const size = Math.floor(quantile(sizes, percentile / 100));
  return random.shuffle(
    Int32Array.from(classes.flatMap((records) => random.shuffle(records).slice(0, size))),
  );
}

/**
 * Replaces each smaller class with draws with replacement, as many as the largest class has records; the largest is
 * unchanged; shuffled. This follows the published code: pandas' `sample(n, replace=True)` per class. A
 * record of a smaller class can thus be missing (imbalanced-learn keeps all and adds draws); the chance is small for
 * the rare classes, about exp(-largest / size).
 */
export function oversample(labels: readonly string[], random: Random): Int32Array {
  const classes = recordsByClass(labels);
  const size = Math.max(0, ...classes.map((records) => records.length));
  const draws = classes.flatMap((records) =>
    records.length === size ? records : Array.from({ length: size }, () => random.pick(records)),
  );
  return random.shuffle(Int32Array.from(draws));
}

/** Maximum augmented records per real one: EDA's recommendation for sets of 2,000 records (Wei, Zou 2019, table 3). */
const MADE_PER_RECORD = 8;

/** Augmented records of each class up to the size of the largest, at most `MADE_PER_RECORD` per real one. */
export function makeUpToLargest(
  records: readonly Page[],
  random: Random,
  makeTexts: (texts: readonly string[]) => (random: Random) => string,
): Page[] {
  const labels = records.map(({ label }) => label);
  const classes = recordsByClass(labels);
  const size = Math.max(0, ...classes.map((members) => members.length));
  return classes.flatMap((members) => {
    const missing = Math.min(size - members.length, MADE_PER_RECORD * members.length);
    if (missing === 0) return [];
    const label = labels[members[0]!]!;
    const make = makeTexts(members.map((record) => records[record]!.text));
    return Array.from({ length: missing }, (_, at) => ({ id: `${label} ${at}`, text: make(random), label }));
  });
}

/** The records of each class, sorted by class name, so that draws do not depend on the order of the input. */
function recordsByClass(labels: readonly string[]): number[][] {
  return [...indicesOfEach(labels)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, records]) => records);
}
