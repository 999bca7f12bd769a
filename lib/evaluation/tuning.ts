/**
 * What is chosen on validation records: the effort under `tuned`, as fastText's autotune does, and the strength of a
 * shift by the priors under every protocol. Every method gets the same trials, the same rows to compare them on, and the
 * same measure, macro F1.
 */
import { countEach, placesOfEach } from '../arithmetic/counts.ts';
import type { Page } from '../corpus/page.ts';
import type { Random } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { Effort } from './classifier.ts';
import { computeMetrics } from './metrics.ts';
import { type TrainingSet, withTrained } from './training-set.ts';

/**
 * Sets a share of each class aside, at least one record where the class has two or more: the numbers of the rows to learn
 * from, and of those to compare on.
 */
export function splitForValidation(labels: readonly string[], share: number, random: Random) {
  const classes = placesOfEach(labels);
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

/** Seeds that methods and amounts are chosen with: of a rare class few records are held back, and one draw of them says little. */
export const seedsToChoose = (seeds: number): number => Math.max(5, seeds);

/** What a classifier is trained and asked with. */
export interface Choice {
  effort: Effort | undefined;
  /** Share of the log priors that is taken off. */
  strength: number;
}

export interface TuningSearch {
  set: TrainingSet;
  validation: readonly Page[];
  /** The cheapest first. */
  efforts: readonly (Effort | undefined)[];
  strengths: readonly number[];
  seed: number;
  ownThread: boolean;
  signal?: AbortSignal | undefined;
  onProgress?: ((share: number) => void) | undefined;
}

/**
 * All choices, those whose trials have the best macro F1 first; of equal ones the cheaper.
 * @throws {InvalidInput} where the weights overflowed in every trial
 */
export async function searchBest(search: TuningSearch): Promise<Trial[]> {
  const { efforts, onProgress } = search;
  const tried: Trial[] = [];
  let overflow: unknown;
  for (const [index, effort] of efforts.entries()) {
    try {
      const trials = await tryOut(search, effort, (share) => onProgress?.((index + share) / efforts.length));
      tried.push(...trials);
    } catch (error) {
      if (!hasOverflowed(error)) throw error;
      overflow = error;
    }
  }
  if (tried.length === 0) throw overflow;
  // Stable, so that of equal trials the earlier comes first.
  return tried.sort((a, b) => b.macroF1 - a.macroF1);
}

/** Whether a training ended because its learning rate was too high. */
export const hasOverflowed = (error: unknown): boolean =>
  error instanceof InvalidInput && error.place === 'classifier.lr';

/**
 * Share of its epochs that an effort is tried with: what learns best early mostly does in the end (Li et al. 2018,
 * Hyperband). With one effort only the shift by the priors is sought, which belongs to a classifier trained to its end.
 */
export const trialShare = (efforts: number): number => (efforts > 1 ? 0.5 : 1);

/** A choice with its macro F1 on validation records. */
export interface Trial extends Choice {
  macroF1: number;
}

function tryOut(
  { set, validation, efforts, strengths, seed, ownThread, signal }: TuningSearch,
  effort: Effort | undefined,
  onProgress: (share: number) => void,
): Promise<Trial[]> {
  const trialEffort = effort && { ...effort, epochs: effort.epochs * trialShare(efforts.length) };
  return withTrained(set, { seed, effort: trialEffort, ownThread, signal, onProgress }, async (trained) => {
    const texts = validation.map(({ text }) => text);
    const truth = validation.map(({ label }) => label);
    const trials: Trial[] = [];
    for (const strength of strengths) {
      const predicted = await trained.predict(texts, { signal, ...shiftBy(set.priors, strength) });
      trials.push({ effort, strength, macroF1: computeMetrics(truth, predicted).macroF1 });
    }
    return trials;
  });
}

/** A share of the log priors taken off; nothing for a share of 0. */
export function shiftBy(
  priors: ReadonlyMap<string, number>,
  strength: number,
): { logShift?: ReadonlyMap<string, number> } {
  if (strength === 0) return {};
  return { logShift: new Map([...priors].map(([label, prior]) => [label, -strength * Math.log(prior)])) };
}

/** Draws anew which records are held out: of each class as many as before. */
export function splitAnew(
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
