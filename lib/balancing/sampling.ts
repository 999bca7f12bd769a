/**
 * The sampling methods, as lists of record numbers: no text is copied.
 *
 * A classifier that reads its records in order, as fastText does, learns something else from each order. So no list has
 * its classes in blocks, or the last one would win.
 */
import type { Random } from '../random/random.ts';

/** Neighbours of different classes, as a share of those in a random order, below which classes count as blocks. */
const MIXED = 0.5;

/**
 * All records once: as they come, which is what anybody gets who trains on the file, or shuffled where the file has
 * its classes in blocks.
 */
export function asTheyCome(labels: readonly string[], random: Random): Int32Array {
  const changes = labels.filter((label, place) => place > 0 && label !== labels[place - 1]).length;
  const sizes = recordsByClass(labels).map((records) => records.length / labels.length);
  const expected = (labels.length - 1) * (1 - sizes.reduce((sum, size) => sum + size * size, 0));
  return changes < MIXED * expected ? inRandomOrder(labels, random) : Int32Array.from(labels.keys());
}

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
  const place = (percentile / 100) * (sizes.length - 1);
  const [below, above] = [sizes[Math.floor(place)]!, sizes[Math.ceil(place)]!];
  const size = Math.floor(below + (above - below) * (place % 1));
  return random.shuffle(
    Int32Array.from(classes.flatMap((records) => random.shuffle(records).slice(0, size))),
  );
}

/**
 * Each class smaller than the largest is replaced by as many draws with replacement as the largest has records, which
 * stay as they are; shuffled. This is the published code's reading: pandas' `sample(n, replace=True)` per class. A
 * record of a smaller class can thus be missing (imbalanced-learn keeps all and adds draws); the chance is small for
 * the rare classes, about exp(-largest / size).
 */
export function oversample(labels: readonly string[], random: Random): Int32Array {
  const classes = recordsByClass(labels);
  const size = Math.max(0, ...classes.map((records) => records.length));
  const order = new Int32Array(size * classes.length);
  for (const [index, records] of classes.entries()) {
    for (let draw = 0; draw < size; draw++) {
      order[index * size + draw] = records.length === size ? records[draw]! : random.pick(records);
    }
  }
  return random.shuffle(order);
}

/** The records of each class; classes sorted by name, so that a draw does not depend on which came first. */
function recordsByClass(labels: readonly string[]): number[][] {
  const classes = new Map<string, number[]>();
  for (const [record, label] of labels.entries()) {
    const records = classes.get(label);
    if (records) records.push(record);
    else classes.set(label, [record]);
  }
  return [...classes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, records]) => records);
}
