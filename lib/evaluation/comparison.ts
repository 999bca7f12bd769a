/**
 * Tests which differences between methods are significant: a t test for each, across seeds and test records
 * (uncertainty.ts), or across repeated splits if both methods have them (Nadeau, Bengio 2003). The p values of a measure
 * are corrected for multiple comparisons within a protocol (Holm).
 */
import { setImmediate } from 'node:timers/promises';
import { mean } from '../arithmetic/sums.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { EvaluationSettings, Protocol } from '../settings/settings.ts';
import { Figures, type Sample } from './figures.ts';
import type { CorrectedDifference, Difference, PairComparison, TuningGain } from './finding-schemas.ts';
import type { MethodPredictions } from './methods.ts';
import { holmCorrection } from './statistics.ts';
import {
  type Estimate,
  estimateDifference,
  estimateOverSplits,
  intervalOf,
  pValueOf,
} from './uncertainty.ts';

export interface Comparison {
  protocols: Partial<Record<Protocol, { pairs: PairComparison[] }>>;
  /** If `tuned` and another protocol were evaluated. */
  tuning?: TuningGain;
}

const MEASURES = ['microF1', 'macroF1'] as const;

/**
 * Compares methods that were tested on the same records with the same seeds and protocols.
 * @throws {InvalidInput} if they were tested on different records
 */
export async function compareMethods(
  methods: readonly MethodPredictions[],
  { protocols }: Pick<EvaluationSettings, 'protocols'>,
  signal?: AbortSignal,
): Promise<Comparison> {
  requireSameRecords(methods);
  const compared: Comparison['protocols'] = {};
  for (const protocol of protocols) {
    await setImmediate();
    signal?.throwIfAborted();
    compared[protocol] = { pairs: comparePairs(methods, protocol) };
  }
  const tuning = gainByTuning(methods, protocols);
  return { protocols: compared, ...(tuning && { tuning }) };
}

function comparePairs(methods: readonly MethodPredictions[], protocol: Protocol): PairComparison[] {
  const pairs = methods.flatMap((_, first) =>
    methods.slice(first + 1).map((_, k) => ({ first, second: first + 1 + k })),
  );
  const [microF1, macroF1] = MEASURES.map((measure) => {
    const tested = methods.map(({ otherSplits, ...own }) => {
      const sample = new Figures(own, protocol).average(measure);
      /** The figure of the first seed on each split, the run's own first. */
      const overSplits = otherSplits && [
        sample.values[0]!,
        ...otherSplits.map((split) => new Figures(split, protocol).average(measure).values[0]!),
      ];
      return { sample, overSplits };
    });
    const tests = pairs.map(({ first, second }) => {
      const [one, other] = [tested[first]!, tested[second]!];
      if (!one.overSplits || !other.overSplits) return testDifference(one.sample, other.sample);
      const differences = one.overSplits.map((value, split) => value - other.overSplits![split]!);
      const { truth, trainingRecords } = methods[first]!;
      return differenceOf(estimateOverSplits(differences, truth.length / trainingRecords));
    });
    const corrected = holmCorrection(tests.map(({ p }) => p));
    return tests.map((test, pair): CorrectedDifference => ({ ...test, correctedP: corrected[pair]! }));
  }) as [CorrectedDifference[], CorrectedDifference[]];
  return pairs.map(({ first, second }, pair) => {
    const [one, other] = [methods[first]!, methods[second]!];
    return {
      first: one.method,
      second: other.method,
      ...(one.otherSplits && other.otherSplits && { splits: 1 + one.otherSplits.length }),
      microF1: microF1[pair]!,
      macroF1: macroF1[pair]!,
    };
  });
}

function testDifference(first: Sample, second: Sample): Difference {
  const estimate = estimateDifference(first, second);
  if (estimate) return differenceOf(estimate);
  return { difference: mean(first.values) - mean(second.values), low: -1, high: 1, p: 1 };
}

const differenceOf = (estimate: Estimate): Difference => ({
  difference: estimate.mean,
  ...intervalOf(estimate),
  p: pValueOf(estimate),
});

function gainByTuning(
  methods: readonly MethodPredictions[],
  protocols: readonly Protocol[],
): TuningGain | undefined {
  const regular = methods.find(({ method }) => method === 'regular');
  const over = (['paper', 'equal-updates'] as const).find((protocol) => protocols.includes(protocol));
  if (!regular || !over || !protocols.includes('tuned')) return undefined;
  const [tuned, other] = [new Figures(regular, 'tuned'), new Figures(regular, over)];
  const gain = (measure: (typeof MEASURES)[number]) =>
    testDifference(tuned.average(measure), other.average(measure));
  return { over, microF1: gain('microF1'), macroF1: gain('macroF1') };
}

function requireSameRecords(methods: readonly MethodPredictions[]): void {
  const names = ({ labels, truth }: MethodPredictions) => truth.map((label) => labels[label]).join('\n');
  const [first] = methods;
  if (!first) throw new InvalidInput('methods', 'there are none to compare', 'Give at least one.');
  const expected = names(first);
  const other = methods.find((each) => names(each) !== expected);
  if (!other) return;
  const problem = `${other.method} and ${first.method} were tested on different records`;
  throw new InvalidInput('methods', problem, 'Compare evaluations of one run.');
}
