/**
 * Which differences between methods are more than chance: a t test of each, over other seeds and other test records
 * (uncertainty.ts), or over repeated splits where both methods have them (Nadeau, Bengio 2003). Of all differences of a
 * protocol, the p values of a measure are corrected for their number (Holm).
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
  /** Where `tuned` and another protocol were evaluated. */
  tuning?: TuningGain;
}

const MEASURES = ['microF1', 'macroF1'] as const;

/**
 * Compares methods that were tested on the same records with the same seeds and protocols.
 * @throws {InvalidInput} where they were tested on different records
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
  const figures = methods.map((predictions) => new Figures(predictions, protocol));
  const splits = methods.map((predictions) => splitsOf(predictions, protocol));
  const pairs = methods.flatMap((_, first) =>
    methods.slice(first + 1).map((_, k) => ({ first, second: first + 1 + k })),
  );
  const [microF1, macroF1] = MEASURES.map((measure) => {
    const samples = figures.map((each) => each.average(measure));
    const overSplits = splits.map((each) => each?.map((figures) => figures.average(measure).values[0]!));
    return corrected(
      pairs.map(({ first, second }) =>
        overSplits[first] && overSplits[second]
          ? testOverSplits(overSplits[first], overSplits[second], shareOf(methods[first]!))
          : testDifference(samples[first]!, samples[second]!),
      ),
    );
  }) as [CorrectedDifference[], CorrectedDifference[]];
  return pairs.map(({ first, second }, pair) => ({
    first: methods[first]!.method,
    second: methods[second]!.method,
    ...(splits[first] && splits[second] && { splits: splits[first].length }),
    microF1: microF1[pair]!,
    macroF1: macroF1[pair]!,
  }));
}

/** The figures of the first seed on each split, the run's own first; undefined where that is the only one. */
function splitsOf({ otherSplits, ...own }: MethodPredictions, protocol: Protocol): Figures[] | undefined {
  return otherSplits && [own, ...otherSplits].map((split) => new Figures(split, protocol));
}

const shareOf = ({ truth, trainingRecords }: MethodPredictions) => truth.length / trainingRecords;

function testOverSplits(first: readonly number[], second: readonly number[], testShare: number): Difference {
  const differences = first.map((value, split) => value - second[split]!);
  return differenceOf(estimateOverSplits(differences, testShare));
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

function corrected(tests: readonly Difference[]): CorrectedDifference[] {
  const values = holmCorrection(tests.map(({ p }) => p));
  return tests.map((test, index) => ({ ...test, correctedP: values[index]! }));
}

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
  const [first, ...others] = methods;
  if (!first) throw new InvalidInput('methods', 'there are none to compare', 'Give at least one.');
  const expected = names(first);
  const other = others.find((each) => names(each) !== expected);
  if (!other) return;
  const problem = `${other.method} and ${first.method} were tested on different records`;
  throw new InvalidInput('methods', problem, 'Compare evaluations of one run.');
}
