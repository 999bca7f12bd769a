/** The methods and their comparison, as the report holds them, from what the evaluation left. */
import { mean } from '../arithmetic/sums.ts';
import type { Comparison } from '../evaluation/comparison.ts';
import type { Interval } from '../evaluation/finding-schemas.ts';
import { type EvaluationResult, figuresOf, type MethodResult } from '../evaluation/methods.ts';
import type { Protocol } from '../settings/settings.ts';
import type { Report, ReportedMethod, ReportedMethods } from './schema.ts';

export type Kinds = Record<'rare' | 'frequent', string[]>;

/** Every method by every protocol. */
export function describeProtocols(
  evaluations: readonly EvaluationResult[],
  kinds: Kinds,
): Report['protocols'] {
  const byProtocol: Partial<Record<Protocol, ReportedMethods>> = {};
  for (const { method, protocols } of evaluations)
    for (const [protocol, result] of Object.entries(protocols) as [Protocol, MethodResult][]) {
      byProtocol[protocol] ??= {};
      byProtocol[protocol][method] = describeMethod(result, kinds);
    }
  return byProtocol;
}

function describeMethod(result: MethodResult, kinds: Kinds): ReportedMethod {
  const { selected, records, precision, f1, confusion, perSeed } = result;
  const margins = marginsOf(result, kinds);
  const efforts = perSeed.flatMap(({ effort }) => effort ?? []);
  const strengths = perSeed.flatMap(({ priorStrength }) => priorStrength ?? []);
  return {
    records,
    ...(selected && { selected }),
    ...(strengths.length > 0 && { priorStrength: mean(strengths) }),
    ...(efforts.length > 0 && {
      effort: {
        epochs: mean(efforts.map(({ epochs }) => epochs)),
        learningRate: mean(efforts.map(({ learningRate }) => learningRate)),
      },
    }),
    ...figuresOf(result),
    ...meansOfKinds(kinds, result.recall),
    precision,
    f1,
    ...(margins && { margins }),
    confusion,
    perSeed: perSeed.map(({ recall: _r, effort: _e, priorStrength: _p, ...figures }) => figures),
  };
}

function marginsOf({ intervals }: MethodResult, kinds: Kinds): ReportedMethod['margins'] {
  if (!intervals) return undefined;
  const { microF1, macroF1, weightedF1, recall } = intervals;
  // Built from entries, which gives even a class called `__proto__` its own field.
  const ofRecall = Object.fromEntries(Object.entries(recall).map(([name, each]) => [name, halfOf(each)]));
  return {
    microF1: halfOf(microF1),
    macroF1: halfOf(macroF1),
    weightedF1: halfOf(weightedF1),
    // The margins of means, at the most: as if all classes moved together, as a training that goes wrong moves them.
    ...meansOfKinds(kinds, ofRecall),
    recall: ofRecall,
  };
}

const halfOf = ({ low, high }: Interval) => (high - low) / 2;

/** Means over the rare and over the frequent classes, where there are any. */
function meansOfKinds({ rare, frequent }: Kinds, byClass: Readonly<Record<string, number>>) {
  const of = (names: readonly string[]) =>
    names.flatMap((name) => (Object.hasOwn(byClass, name) ? [byClass[name]!] : []));
  const [ofRare, ofFrequent] = [of(rare), of(frequent)];
  return {
    ...(ofRare.length > 0 && { rareRecall: mean(ofRare) }),
    ...(ofFrequent.length > 0 && { frequentRecall: mean(ofFrequent) }),
  };
}

/** The intervals of the methods, and their comparison. */
export function describeComparison(
  evaluations: readonly EvaluationResult[],
  { protocols }: Pick<Comparison, 'protocols'>,
): Report['comparison'] {
  return Object.fromEntries(
    (Object.keys(protocols) as Protocol[]).map((protocol) => {
      const intervals = evaluations.flatMap(({ method, protocols: results }) => {
        const found = results[protocol]?.intervals;
        if (!found) return [];
        const { recall: _, ...ofAverages } = found;
        return [[method, ofAverages]];
      });
      return [protocol, { intervals: Object.fromEntries(intervals), pairs: protocols[protocol]!.pairs }];
    }),
  );
}
