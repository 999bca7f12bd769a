import { BALANCING_METHODS } from '../../evaluation/balancing-methods.ts';
import { METHODS, type Method } from '../../settings/method-table.ts';
import type { Protocol } from '../../settings/settings.ts';
import { details, type Html, html } from '../html.ts';
import { differenceOf, METHOD_NAMES, protocolsOf } from '../methods.ts';
import type { Report, ReportedPair } from '../schema.ts';
import { figure, plural, signed } from '../words.ts';
import { wideTable } from './tables.ts';

/** Which differences between the methods are more than chance, by each protocol. */
export function comparisonSection(report: Report): Html | undefined {
  const pairs = Object.values(report.comparison).flatMap((comparison) => comparison.pairs);
  if (Object.keys(report.comparison).length === 0) return undefined;
  const splits = pairs.find((pair) => pair.splits)?.splits;
  const isTested = report.provenance.seeds.evaluation.length > 1 || splits !== undefined;
  if (!isTested)
    return html`
<p>One seed shows nothing of how far the figures move with the training, so that nothing is tested. Set evaluation.seeds to 5.</p>`;
  return html`
<p>How far the differences would move with other seeds and other test records, by Student's t: 95 % intervals, and the probability of each difference between equals. All p values are corrected for the number of pairs; below 0.05 a difference counts. The training records are taken as they are.</p>
${splits !== undefined && html`<p>Methods without generated records were compared over ${plural(splits, 'random split')} of training and test records, by the corrected resampled t test (Nadeau, Bengio 2003).</p>`}
${protocolsOf(report).map(([protocol]) => protocolTables(protocol, report.comparison[protocol]?.pairs ?? []))}`;
}

/** Two methods, the one that comes later in the tables less the other. */
interface Pair {
  method: Method;
  over: Method;
  pair: ReportedPair;
}

function protocolTables(protocol: Protocol, pairs: readonly ReportedPair[]): Html {
  const ordered = pairs.map((pair): Pair => {
    const [over, method] = [pair.first, pair.second].sort((a, b) => METHODS.indexOf(a) - METHODS.indexOf(b));
    return { method: method!, over: over!, pair };
  });
  const others = ordered.filter((pair) => !isLikeForLike(pair));
  return html`<h3>Protocol ${protocol}</h3>
${differences(`Differences, ${protocol}`, ordered.filter(isLikeForLike))}
${others.length > 0 && details(plural(others.length, 'other pair'), differences(`Other differences, ${protocol}`, others))}`;
}

/** Against Regular, and methods with generated records against the same without them. */
const isLikeForLike = ({ method, over }: Pair): boolean =>
  over === 'regular' || BALANCING_METHODS[method].counterpart === over;

const differences = (label: string, pairs: readonly Pair[]): Html =>
  wideTable(label, pairs, [
    ['pair', ({ method, over }) => `${METHOD_NAMES[method]} less ${METHOD_NAMES[over]}`],
    ['macro F1, difference', (pair) => differenceWords(pair, 'macroF1')],
    ['p', ({ pair }) => probability(pair.macroF1.correctedP)],
    ['micro F1, difference', (pair) => differenceWords(pair, 'microF1')],
    ['p', ({ pair }) => probability(pair.microF1.correctedP)],
  ]);

function differenceWords({ method, pair }: Pair, measure: 'macroF1' | 'microF1'): string {
  const { difference, low, high } = differenceOf(pair, method, measure);
  return `${signed(difference)} (${signed(low)} to ${signed(high)})`;
}

/** A p value, bold where it counts. */
function probability(p: number): Html | string {
  const words = p < 0.001 ? '< 0.001' : figure(p);
  return p < 0.05 ? html`<strong>${words}</strong>` : words;
}
