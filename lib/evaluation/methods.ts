/**
 * The comparison of the balancing methods: one classifier, trained on what each method makes of the training records,
 * tested on the same held-out ones.
 */
import { setImmediate } from 'node:timers/promises';
import { inRandomOrder, oversample, undersample } from '../balancing/sampling.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom, type Random } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ClassifierSettings, EvaluationSettings } from '../settings/settings.ts';
import type { Classifier, TrainedClassifier } from './classifier.ts';
import { createFastTextClassifier } from './fasttext-classifier.ts';
import { computeMetrics, type Metrics } from './metrics.ts';

/** All methods, in the order in which tables show them. */
export const METHODS = ['regular', 'undersample', 'oversample', 'generated', 'generatedOversample'] as const;
export type Method = (typeof METHODS)[number];

/** What a method trains on. */
interface Sampling {
  usesGenerated: boolean;
  draw: (labels: readonly string[], random: Random) => Int32Array;
}

const SAMPLINGS: Record<Method, Sampling> = {
  regular: { usesGenerated: false, draw: inRandomOrder },
  undersample: { usesGenerated: false, draw: undersample },
  oversample: { usesGenerated: false, draw: oversample },
  generated: { usesGenerated: true, draw: inRandomOrder },
  generatedOversample: { usesGenerated: true, draw: oversample },
};

/** Whether a method needs generated records. */
export function usesGenerated(method: Method): boolean {
  return SAMPLINGS[method].usesGenerated;
}

/** The figures of one seed. */
export interface SeedResult {
  seed: number;
  microF1: number;
  macroF1: number;
  weightedF1: number;
  /** By class. */
  recall: Record<string, number>;
}

/** How a method did. Figures by class name every class of the training and test records; all are means over the seeds. */
export interface MethodResult {
  method: Method;
  /** Records trained on, draws counted. */
  records: number;
  microF1: number;
  macroF1: number;
  weightedF1: number;
  recall: Record<string, number>;
  precision: Record<string, number>;
  f1: Record<string, number>;
  /** Test records of each class. */
  support: Record<string, number>;
  /** `counts[t][p]`: test records of class t taken for class p, summed over the seeds. */
  confusion: { labels: string[]; counts: number[][] };
  perSeed: SeedResult[];
}

export interface MethodEvaluation {
  method: Method;
  train: readonly Page[];
  test: readonly Page[];
  /** For the methods that use them; the others pass over them. */
  generated?: readonly Page[];
  /** fastText's settings, or another classifier. */
  classifier: ClassifierSettings | Classifier;
  evaluation: EvaluationSettings;
  signal?: AbortSignal | undefined;
  /** Called with the share of the work that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

/**
 * Evaluates one method with the seeds `evaluation.seed`, `evaluation.seed + 1` and so on. Each seed draws its own
 * records, their order and the classifier's start weights. The same arguments give the same result.
 * @throws {InvalidInput} where there are no records to train on or to test
 */
export async function evaluateMethod(options: MethodEvaluation): Promise<MethodResult> {
  const { method, train, test, generated = [], evaluation, signal, onProgress } = options;
  const { draw, usesGenerated } = SAMPLINGS[method];
  const records = usesGenerated ? [...train, ...generated] : train;
  requireRecords(records, test);
  const classes = [...new Set([...records, ...test].map(({ label }) => label))].sort();
  const labels = records.map(({ label }) => label);
  const prepared = await asClassifier(options.classifier).prepare(records);
  const rounds: Round[] = [];
  for (let round = 0; round < evaluation.seeds; round++) {
    signal?.throwIfAborted();
    const seed = evaluation.seed + round;
    const order = draw(labels, createRandom(seed, 'sampling', method));
    const trained = await prepared.train(order, {
      seed,
      signal,
      onProgress: (share) => onProgress?.((round + share) / evaluation.seeds),
    });
    const truth = test.map(({ label }) => label);
    const predicted = await predictAll(trained, test, signal);
    rounds.push({
      seed,
      records: order.length,
      overall: computeMetrics(truth, predicted),
      byClass: computeMetrics(truth, predicted, classes),
    });
  }
  return summarise(method, classes, rounds);
}

/** Records predicted between two turns of the event loop. */
const PREDICTIONS_AT_A_TIME = 500;

async function predictAll(
  trained: TrainedClassifier,
  test: readonly Page[],
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const predicted: string[] = [];
  for (const { text } of test) {
    if (predicted.length % PREDICTIONS_AT_A_TIME === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    predicted.push(trained.predict(text));
  }
  return predicted;
}

/**
 * One seed's metrics. The averages go over the classes that the truth or the predictions have, scikit-learn's
 * default; the tables by class and the confusion matrix have the same classes for all seeds.
 */
interface Round {
  seed: number;
  records: number;
  overall: Metrics;
  byClass: Metrics;
}

function summarise(method: Method, classes: readonly string[], rounds: readonly Round[]): MethodResult {
  const mean = (of: (round: Round) => number) =>
    rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
  const meanByClass = (measure: 'recall' | 'precision' | 'f1' | 'support') =>
    byClass(classes, (label) => mean((round) => round.byClass.classes.get(label)![measure]));
  return {
    method,
    records: rounds[0]!.records,
    microF1: mean(({ overall }) => overall.microF1),
    macroF1: mean(({ overall }) => overall.macroF1),
    weightedF1: mean(({ overall }) => overall.weightedF1),
    recall: meanByClass('recall'),
    precision: meanByClass('precision'),
    f1: meanByClass('f1'),
    support: meanByClass('support'),
    confusion: { labels: [...classes], counts: sumOf(rounds.map((round) => round.byClass.confusion)) },
    perSeed: rounds.map(({ seed, overall, byClass: { classes: figures } }) => ({
      seed,
      microF1: overall.microF1,
      macroF1: overall.macroF1,
      weightedF1: overall.weightedF1,
      recall: byClass(classes, (label) => figures.get(label)!.recall),
    })),
  };
}

/** Built from entries, which gives even a class named `__proto__` its own field. */
function byClass(classes: readonly string[], figure: (label: string) => number): Record<string, number> {
  return Object.fromEntries(classes.map((label) => [label, figure(label)]));
}

function sumOf(matrices: readonly number[][][]): number[][] {
  return matrices[0]!.map((row, r) =>
    row.map((_, c) => matrices.reduce((sum, matrix) => sum + matrix[r]![c]!, 0)),
  );
}

function asClassifier(classifier: ClassifierSettings | Classifier): Classifier {
  return 'prepare' in classifier ? classifier : createFastTextClassifier(classifier);
}

function requireRecords(train: readonly Page[], test: readonly Page[]): void {
  for (const [name, records] of [
    ['training', train],
    ['test', test],
  ] as const) {
    if (records.length === 0) {
      throw new InvalidInput(`${name} records`, 'there are none', 'Give at least one.');
    }
  }
}
