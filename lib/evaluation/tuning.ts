/**
 * Tuning on validation records: the effort under `tuned`, like fastText's autotune, and the strength of the prior
 * adjustment under every protocol. Every method gets the same trials, the same rows to compare them on, and the
 * same measure, macro F1.
 */
import { countEach, indicesOfEach } from '../arithmetic/counts.ts';
import type { Page } from '../corpus/page.ts';
import type { Random } from '../random/random.ts';

/** Row numbers for training and for validation: a share of each class, at least one of two rows. */
export function splitForValidation(labels: readonly string[], share: number, random: Random) {
  const classes = indicesOfEach(labels);
  const validation = new Set<number>();
  for (const label of [...classes.keys()].sort()) {
    const records = random.shuffle(classes.get(label)!);
    const size = Math.min(records.length - 1, Math.max(1, Math.round(records.length * share)));
    for (const record of records.slice(0, size)) validation.add(record);
  }
  return {
    fit: Int32Array.from(labels.keys()).filter((record) => !validation.has(record)),
    validation: Int32Array.from(validation),
  };
}

/** Seeds that methods and amounts are chosen with: one draw of the few validation records of a rare class says little. */
export const seedsToChoose = (seeds: number): number => Math.max(5, seeds);

/**
 * Share of its epochs that an effort is tried with: what learns best early mostly does in the end (Li et al. 2018,
 * Hyperband). With one effort only the shift by the priors is sought, which belongs to a classifier trained to its end.
 */
export const trialShare = (efforts: number): number => (efforts > 1 ? 0.5 : 1);

/** Redraws which records are held out, with the same number per class. */
export function redrawSplit(
  train: readonly Page[],
  test: readonly Page[],
  random: Random,
): { train: Page[]; test: Page[] } {
  const heldOut = countEach(test.map(({ label }) => label));
  const split = { train: [] as Page[], test: [] as Page[] };
  for (const page of random.shuffle([...train, ...test])) {
    const left = heldOut.get(page.label) ?? 0;
    if (left > 0) heldOut.set(page.label, left - 1);
    split[left > 0 ? 'test' : 'train'].push(page);
  }
  return split;
}
