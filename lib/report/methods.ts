/** Methods and protocols, as the report names and orders them. */
import { METHOD_TABLE, METHODS, type Method } from '../settings/method-table.ts';
import type { Protocol } from '../settings/settings.ts';
import type { Report, ReportedMethod, ReportedMethods, ReportedPair } from './schema.ts';

/** The methods as people read them, in the order of every table and chart. */
export const METHOD_NAMES = Object.fromEntries(
  METHODS.map((method) => [method, METHOD_TABLE[method].name]),
) as Readonly<Record<Method, string>>;

export type Candidate = [method: Method, result: ReportedMethod];

/** Of some methods' results, those that are there, in the order of the tables. */
export function inTableOrder<T>(methods: Partial<Record<Method, T>>): [method: Method, result: T][] {
  return METHODS.flatMap((method): [Method, T][] => {
    const result = methods[method];
    return result === undefined ? [] : [[method, result]];
  });
}

/** The protocols in the words of a sentence. */
export const PROTOCOL_WORDS: Readonly<Record<Protocol, string>> = {
  paper: 'at a fixed number of epochs',
  'equal-updates': 'at equal updates',
  tuned: 'with each method tuned',
};

export const PROTOCOL_MEANING: Readonly<Record<Protocol, string>> = {
  paper: 'The classifier trains as many epochs with each method, so that more records mean more updates.',
  'equal-updates': 'The classifier gets as many updates with each method as with the largest.',
  tuned:
    'Epochs and learning rate are chosen for each method, by the same search on a part of its training records.',
};

type ReportVerdict = Pick<Report, 'verdict' | 'protocols'>;

/** The methods by the protocol that the verdict comes from: what charts and tables show where there is room for one. */
export const verdictMethods = ({ verdict, protocols }: ReportVerdict): ReportedMethods =>
  protocols[verdict.protocol] ?? {};

/** For a chart that has room for so many: the recommended one, the methods that evaluate generated records, then by macro F1. */
export function comparedMethods(report: ReportVerdict, most: number): Candidate[] {
  const all = inTableOrder(verdictMethods(report));
  const telling: Method[] = ['regular', 'oversample', 'generated', 'generatedOversample'];
  const first = [report.verdict.recommended, ...telling];
  const chosen = all
    .toSorted(
      ([a, x], [b, y]) => Number(first.includes(b)) - Number(first.includes(a)) || y.macroF1 - x.macroF1,
    )
    .slice(0, most);
  return all.filter((each) => chosen.includes(each));
}

/** The protocols that were evaluated, the one of the verdict first. */
export function protocolsOf({ verdict, protocols }: ReportVerdict): [Protocol, ReportedMethods][] {
  const all = Object.entries(protocols) as [Protocol, ReportedMethods][];
  return all.sort(([a], [b]) => Number(b === verdict.protocol) - Number(a === verdict.protocol));
}

/** What one method of a pair has more than the other, with its 95 % interval. */
export function differenceOf(pair: ReportedPair, method: Method, measure: 'microF1' | 'macroF1') {
  const { difference, low, high } = pair[measure];
  return pair.first === method
    ? { difference, low, high }
    : { difference: -difference, low: -high, high: -low };
}
