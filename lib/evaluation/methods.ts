/** The balancing methods that are compared, and what their evaluations look like. */
import { asTheyCome, inRandomOrder, oversample, undersample } from '../balancing/sampling.ts';
import type { Random } from '../random/random.ts';
import type { EvaluationSettings, Protocol } from '../settings/settings.ts';
import type { Effort } from './classifier.ts';
import type { Interval } from './statistics.ts';

/** All methods, in the order in which tables show them. */
export const METHODS = ['regular', 'undersample', 'oversample', 'generated', 'generatedOversample'] as const;
export type Method = (typeof METHODS)[number];

/** What a method trains on. */
export interface Sampling {
  usesGenerated: boolean;
  draw: (labels: readonly string[], random: Random, settings: EvaluationSettings) => Int32Array;
}

export const SAMPLINGS: Readonly<Record<Method, Sampling>> = {
  regular: { usesGenerated: false, draw: asTheyCome },
  undersample: {
    usesGenerated: false,
    draw: (labels, random, settings) => undersample(labels, random, settings.undersamplePercentile),
  },
  oversample: { usesGenerated: false, draw: oversample },
  generated: { usesGenerated: true, draw: inRandomOrder },
  generatedOversample: { usesGenerated: true, draw: oversample },
};

/** Whether a method needs generated records. */
export function usesGenerated(method: Method): boolean {
  return SAMPLINGS[method].usesGenerated;
}

/** The averages of F1. */
export const AVERAGES = ['microF1', 'macroF1', 'weightedF1'] as const;

/** The figures of one seed. */
export interface SeedResult {
  seed: number;
  microF1: number;
  macroF1: number;
  weightedF1: number;
  /** By class. */
  recall: Record<string, number>;
  /** What the classifier spent; absent where it goes on to its optimum. */
  effort?: Effort;
}

/** 95 % intervals of the means over the seeds, by Student's t. */
export interface SeedIntervals {
  microF1: Interval;
  macroF1: Interval;
  weightedF1: Interval;
  recall: Record<string, Interval>;
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
  /** Absent for a single seed, which says nothing of the spread. */
  intervals?: SeedIntervals;
}

/** How a method did under each protocol asked for; its own figures are those of the first. */
export interface EvaluationResult extends MethodResult {
  protocol: Protocol;
  protocols: Partial<Record<Protocol, MethodResult>>;
}

/** Every single prediction, from which methods are compared record by record. */
export interface MethodPredictions {
  method: Method;
  /** Class names; the numbers below are places in this list. */
  labels: string[];
  /** True class of each test record. */
  truth: number[];
  /** For each protocol and seed, the predicted class of each test record. */
  protocols: Partial<Record<Protocol, number[][]>>;
}
