import { BALANCING_METHODS } from '../../evaluation/balancing-methods.ts';
import { METHODS } from '../../evaluation/methods.ts';
import type { Protocol } from '../../settings/settings.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES } from '../method-names.ts';
import { protocolsOf } from '../protocols.ts';
import type { Report, ReportedPair } from '../schema.ts';
import { figure, plural, signed } from '../words.ts';
import { wideTable } from './wide-table.ts';

/** Which differences between the methods are more than chance, by each protocol. */
export function comparisonSection(report: Report): Html | undefined {
  const overSplits = Object.values(report.comparison)
    .flatMap(({ pairs }) => pairs)
    .find(({ splits }) => splits !== undefined)?.splits;
  const isTested = report.provenance.seeds.evaluation.length > 1 || overSplits !== undefined;
  const tables = protocolsOf(report).flatMap(([protocol]) => {
    const comparison = report.comparison[protocol];
    return comparison && isTested ? [protocolTables(protocol, comparison)] : [];
  });
  if (Object.keys(report.comparison).length === 0) return undefined;
  return html`<section id="comparison"><h2>More than chance?</h2>
<p>${
    isTested
      ? "How far the figures would move with other seeds and other test records, by Student's t: 95 % intervals, and for each difference the probability between equals. All p values are corrected for the number of pairs; below 0.05 a difference counts. The training records are taken as they are."
      : 'One seed shows nothing of how far the figures move with the training, so that nothing is tested. Set evaluation.seeds to 5.'
  }</p>
${overSplits !== undefined && html`<p>Methods without generated records were compared over ${plural(overSplits, 'random split')} of training and test records, by the corrected resampled t test (Nadeau, Bengio 2003).</p>`}
${tables}</section>`;
}

type ProtocolComparison = NonNullable<Report['comparison'][Protocol]>;

function protocolTables(protocol: Protocol, { intervals, pairs }: ProtocolComparison): Html {
  const others = pairs.filter((pair) => !isLikeForLike(pair));
  return html`<h3>Protocol ${protocol}</h3>
${wideTable(
  `Intervals, ${protocol}`,
  html`<thead><tr><th scope="col">method</th><th scope="col">micro F1</th><th scope="col">macro F1</th><th scope="col">weighted F1</th></tr></thead>
<tbody>${inTableOrder(intervals).map(
    ([method, { microF1, macroF1, weightedF1 }]) =>
      html`<tr><th scope="row">${METHOD_NAMES[method]}</th>${[microF1, macroF1, weightedF1].map((interval) => html`<td>${range(interval)}</td>`)}</tr>
`,
  )}</tbody>`,
)}${differences('Differences', protocol, pairs.filter(isLikeForLike))}
${others.length > 0 && html`<details><summary>${plural(others.length, 'other pair')}</summary>${differences('Other differences', protocol, others)}</details>`}`;
}

/** Against Regular, and methods with generated records against the same without them. */
const isLikeForLike = (pair: ReportedPair): boolean =>
  baseOf(pair) === 'regular' || BALANCING_METHODS[otherOf(pair)].counterpart === baseOf(pair);

/** The simpler method of a pair, which is the earlier one in the tables. */
const baseOf = ({ first, second }: ReportedPair) =>
  METHODS.indexOf(first) < METHODS.indexOf(second) ? first : second;
const otherOf = (pair: ReportedPair) => (baseOf(pair) === pair.first ? pair.second : pair.first);

function differences(name: string, protocol: Protocol, pairs: readonly ReportedPair[]): Html {
  return wideTable(
    `${name}, ${protocol}`,
    html`<thead><tr><th scope="col">pair</th><th scope="col">macro F1, difference</th><th scope="col">p</th><th scope="col">micro F1, difference</th><th scope="col">p</th></tr></thead>
<tbody>${pairs.map(pairRow)}</tbody>`,
  );
}

/** The other method less the simpler one. */
function pairRow(pair: ReportedPair): Html {
  const sign = baseOf(pair) === pair.second ? 1 : -1;
  return html`<tr><th scope="row">${METHOD_NAMES[otherOf(pair)]} less ${METHOD_NAMES[baseOf(pair)]}</th>${[
    pair.macroF1,
    pair.microF1,
  ].map(({ difference, correctedP, low, high }) => {
    const [least, most] = [sign * low, sign * high].sort((a, b) => a - b) as [number, number];
    return html`<td>${signed(sign * difference)} (${range({ low: least, high: most }, signed)})</td>${probability(correctedP)}`;
  })}</tr>
`;
}

const range = ({ low, high }: { low: number; high: number }, words = figure) =>
  `${words(low)} to ${words(high)}`;

/** A p value, bold where it counts. */
function probability(p: number): Html {
  const words = p < 0.001 ? '< 0.001' : figure(p);
  return p < 0.05 ? html`<td><strong>${words}</strong></td>` : html`<td>${words}</td>`;
}
