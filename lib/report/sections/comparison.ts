import { BALANCING_METHODS } from '../../evaluation/balancing-methods.ts';
import type { Interval } from '../../evaluation/finding-schemas.ts';
import { METHODS, type Method } from '../../evaluation/methods.ts';
import type { Protocol } from '../../settings/settings.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES, protocolsOf } from '../methods.ts';
import type { Report, ReportedMethods, ReportedPair } from '../schema.ts';
import { figure, plural, signed } from '../words.ts';
import { wideTable } from './tables.ts';

/** Which differences between the methods are more than chance, by each protocol. */
export function comparisonSection(report: Report): Html | undefined {
  const comparisons = Object.values(report.comparison);
  if (comparisons.length === 0) return undefined;
  const { splits } = comparisons.flatMap(({ pairs }) => pairs).find((pair) => pair.splits) ?? {};
  const isTested = report.provenance.seeds.evaluation.length > 1 || splits !== undefined;
  const tables = protocolsOf(report).flatMap(([protocol, methods]) => {
    const comparison = report.comparison[protocol];
    return comparison && isTested ? [protocolTables(protocol, comparison, methods)] : [];
  });
  return html`
<p>${
    isTested
      ? "How far the figures would move with other seeds and other test records, by Student's t: 95 % intervals, and for each difference the probability between equals. All p values are corrected for the number of pairs; below 0.05 a difference counts. The training records are taken as they are."
      : 'One seed shows nothing of how far the figures move with the training, so that nothing is tested. Set evaluation.seeds to 5.'
  }</p>
${splits !== undefined && html`<p>Methods without generated records were compared over ${plural(splits, 'random split')} of training and test records, by the corrected resampled t test (Nadeau, Bengio 2003).</p>`}
${tables}`;
}

type ProtocolComparison = NonNullable<Report['comparison'][Protocol]>;

function protocolTables(
  protocol: Protocol,
  { intervals, pairs }: ProtocolComparison,
  methods: ReportedMethods,
): Html {
  const others = pairs.filter((pair) => !isLikeForLike(pair));
  return html`<h3>Protocol ${protocol}</h3>
${wideTable(`Intervals, ${protocol}`, inTableOrder(intervals), [
  ['method', ([method]) => withSelected(method, methods[method]?.selected)],
  ['micro F1', ([, { microF1 }]) => range(microF1)],
  ['macro F1', ([, { macroF1 }]) => range(macroF1)],
  ['weighted F1', ([, { weightedF1 }]) => range(weightedF1)],
])}${differences(`Differences, ${protocol}`, pairs.filter(isLikeForLike))}
${others.length > 0 && html`<details><summary>${plural(others.length, 'other pair')}</summary>${differences(`Other differences, ${protocol}`, others)}</details>`}`;
}

/** `Selected (Markov)`. */
const withSelected = (method: Method, selected: Method | undefined) =>
  `${METHOD_NAMES[method]}${selected ? ` (${METHOD_NAMES[selected]})` : ''}`;

/** Against Regular, and methods with generated records against the same without them. */
const isLikeForLike = (pair: ReportedPair): boolean =>
  baseOf(pair) === 'regular' || BALANCING_METHODS[otherOf(pair)].counterpart === baseOf(pair);

/** The simpler method of a pair, which is the earlier one in the tables. */
const baseOf = ({ first, second }: ReportedPair) =>
  METHODS.indexOf(first) < METHODS.indexOf(second) ? first : second;
const otherOf = (pair: ReportedPair) => (baseOf(pair) === pair.first ? pair.second : pair.first);

const differences = (label: string, pairs: readonly ReportedPair[]): Html =>
  wideTable(label, pairs, [
    ['pair', (pair) => `${METHOD_NAMES[otherOf(pair)]} less ${METHOD_NAMES[baseOf(pair)]}`],
    ['macro F1, difference', (pair) => differenceOf(pair, 'macroF1')],
    ['p', ({ macroF1 }) => probability(macroF1.correctedP)],
    ['micro F1, difference', (pair) => differenceOf(pair, 'microF1')],
    ['p', ({ microF1 }) => probability(microF1.correctedP)],
  ]);

/** The other method less the simpler one. */
function differenceOf(pair: ReportedPair, measure: 'macroF1' | 'microF1'): string {
  const { difference, low, high } = pair[measure];
  return baseOf(pair) === pair.second
    ? `${signed(difference)} (${range({ low, high }, signed)})`
    : `${signed(-difference)} (${range({ low: -high, high: -low }, signed)})`;
}

const range = ({ low, high }: Interval, words = figure) => `${words(low)} to ${words(high)}`;

/** A p value, bold where it counts. */
function probability(p: number): Html | string {
  const words = p < 0.001 ? '< 0.001' : figure(p);
  return p < 0.05 ? html`<strong>${words}</strong>` : words;
}
