import type { Protocol } from '../../settings/settings.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES } from '../method-names.ts';
import { protocolsOf } from '../protocols.ts';
import type { Report, ReportedPair } from '../schema.ts';
import { figure, signed, whole } from '../words.ts';
import { wideTable } from './wide-table.ts';

/** Which differences between the methods are more than chance, by each protocol. */
export function comparisonSection(report: Report): Html | undefined {
  const tables = protocolsOf(report).flatMap(([protocol]) => {
    const comparison = report.comparison[protocol];
    return comparison ? [protocolTables(protocol, comparison)] : [];
  });
  if (tables.length === 0) return undefined;
  return html`<section id="comparison"><h2>More than chance?</h2>
<p>The test records are drawn again and again with replacement. The middle 95 % of the figures make the intervals; the share of draws in which a difference has the other sign makes its p value. McNemar's test counts the records that only one of the two methods gets right. All p values are corrected for the number of pairs; below 0.05 a difference counts.</p>
${tables}</section>`;
}

type ProtocolComparison = NonNullable<Report['comparison'][Protocol]>;

function protocolTables(protocol: Protocol, { intervals, pairs }: ProtocolComparison): Html {
  return html`<h3>Protocol ${protocol}</h3>
${wideTable(
  `Intervals, ${protocol}`,
  html`<thead><tr><th scope="col">method</th><th scope="col">micro F1</th><th scope="col">macro F1</th><th scope="col">weighted F1</th></tr></thead>
<tbody>${inTableOrder(intervals).map(
    ([method, { microF1, macroF1, weightedF1 }]) =>
      html`<tr><th scope="row">${METHOD_NAMES[method]}</th>${[microF1, macroF1, weightedF1].map((interval) => html`<td>${range(interval)}</td>`)}</tr>
`,
  )}</tbody>`,
)}${wideTable(
  `Differences, ${protocol}`,
  html`<thead><tr><th scope="col">pair</th><th scope="col">macro F1, difference</th><th scope="col">p</th><th scope="col">micro F1, difference</th><th scope="col">p</th><th scope="col" class="long">right: only the first, only the second</th><th scope="col">p (McNemar)</th></tr></thead>
<tbody>${pairs.map(pairRow)}</tbody>`,
)}`;
}

function pairRow({ first, second, macroF1, microF1, mcnemar }: ReportedPair): Html {
  return html`<tr><th scope="row">${METHOD_NAMES[first]} less ${METHOD_NAMES[second]}</th>${[
    macroF1,
    microF1,
  ].map(
    ({ difference, correctedP, ...interval }) =>
      html`<td>${signed(difference)} (${range(interval, signed)})</td>${probability(correctedP)}`,
  )}<td>${whole(mcnemar.onlyFirst)}, ${whole(mcnemar.onlySecond)}</td>${probability(mcnemar.correctedP)}</tr>
`;
}

const range = ({ low, high }: { low: number; high: number }, words = figure) =>
  `${words(low)} to ${words(high)}`;

/** A p value, bold where it counts. */
function probability(p: number): Html {
  const words = p < 0.001 ? '< 0.001' : figure(p);
  return p < 0.05 ? html`<td><strong>${words}</strong></td>` : html`<td>${words}</td>`;
}
