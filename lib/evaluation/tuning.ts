/**
 * The search of the `tuned` protocol, as fastText's autotune: trials on a part of the training records, compared on
 * the rest. Every method gets the same trials, the same rows to compare them on, and the same measure, macro F1.
 */
import type { Page } from '../corpus/page.ts';
import type { Random } from '../random/random.ts';
import type { EvaluationSettings } from '../settings/settings.ts';
import type { Effort, PreparedRecords } from './classifier.ts';
import { computeMetrics } from './metrics.ts';
import { effortForUpdates } from './protocols.ts';

/** A split of record numbers: those to learn from, and those to compare on. */
export interface ValidationSplit {
  fit: Int32Array;
  validation: Int32Array;
}

/**
 * Sets a share of each class aside, at least one record where the class has two or more. Generated records are only
 * learnt from: what counts is how the classifier does on real ones.
 * @param real how many of the records, from the first on, are real
 */
export function splitForValidation(
  labels: readonly string[],
  real: number,
  share: number,
  random: Random,
): ValidationSplit {
  const classes = new Map<string, number[]>();
  for (const [record, label] of labels.slice(0, real).entries()) {
    const records = classes.get(label);
    if (records) records.push(record);
    else classes.set(label, [record]);
  }
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

export interface Tuning {
  records: readonly Page[];
  prepared: PreparedRecords;
  /** What the trials learn from, drawn by the method from the records to learn from. */
  order: Int32Array;
  validation: Int32Array;
  /** The classifier's own effort, of which the trials are multiples. */
  effort: Effort;
  /** Records an epoch has for the method on all its records, and for the largest method. */
  size: number;
  largest: number;
  settings: EvaluationSettings;
  seed: number;
  apart: boolean;
  signal?: AbortSignal | undefined;
  onProgress?: ((share: number) => void) | undefined;
}

/** The effort whose trial has the best macro F1; the first, which is the cheapest, where several have. */
export async function tuneEffort(tuning: Tuning): Promise<Effort> {
  const { records, prepared, order, settings, seed, apart, signal, onProgress } = tuning;
  const held = Array.from(tuning.validation, (record) => records[record]!);
  const trials = trialsOf(tuning);
  let best: { effort: Effort; macroF1: number } | undefined;
  for (const [index, effort] of trials.entries()) {
    signal?.throwIfAborted();
    const trained = await prepared.train(order, {
      seed,
      effort,
      apart,
      signal,
      onProgress: (share) => onProgress?.((index + share) / trials.length),
    });
    const predicted = await trained.predict(
      held.map(({ text }) => text),
      signal,
    );
    await trained.close?.();
    const { macroF1 } = computeMetrics(
      held.map(({ label }) => label),
      predicted,
    );
    if (!best || macroF1 > best.macroF1) best = { effort, macroF1 };
  }
  if (!best) throw new RangeError(`no trials among ${settings.tuningUpdates.length} numbers of updates`);
  return best.effort;
}

function trialsOf({ effort, largest, size, settings }: Tuning): Effort[] {
  const shares = [...settings.tuningUpdates].sort((a, b) => a - b);
  return shares.flatMap((share) =>
    settings.tuningRates.map((rate) =>
      effortForUpdates(
        { epochs: effort.epochs, learningRate: effort.learningRate * rate },
        largest,
        size,
        share,
      ),
    ),
  );
}
