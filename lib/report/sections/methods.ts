import type { Protocol } from '../../settings/settings.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES } from '../method-names.ts';
import { PROTOCOL_MEANING, protocolsOf } from '../protocols.ts';
import type { Report, ReportedMethod, ReportedMethods } from '../schema.ts';
import { figure, plural, rounded, whole, withMargin } from '../words.ts';
import { wideTable } from './wide-table.ts';

type Figure = 'microF1' | 'macroF1' | 'weightedF1' | 'rareRecall' | 'frequentRecall';

const COLUMNS: readonly [Figure, heading: string][] = [
  ['microF1', 'micro F1'],
  ['macroF1', 'macro F1'],
  ['weightedF1', 'weighted F1'],
  ['rareRecall', 'recall, rare classes'],
  ['frequentRecall', 'recall, frequent classes'],
];

/** The methods and their figures by each protocol, the one of the verdict first; the best of each column stands out. */
export function methodsSection(report: Report): Html {
  const seeds = report.provenance.seeds.evaluation.length;
  return html`<section id="methods"><h2>Methods</h2>
<p>The same classifier, trained on what each method makes of the training records and tested on the same held-out ones. ${
    seeds > 1
      ? `Means of ${plural(seeds, 'seed')} with their 95 % intervals, over other seeds and other test records.`
      : 'One seed, hence without intervals.'
  } The best of each column is bold.</p>
${protocolsOf(report).map(([protocol, methods]) => protocolTable(protocol, methods))}</section>`;
}

function protocolTable(protocol: Protocol, methods: ReportedMethods): Html {
  const results = inTableOrder<ReportedMethod>(methods);
  const columns = COLUMNS.filter(([name]) => results.some(([, result]) => result[name] !== undefined));
  const best = new Map(
    columns.map(([name]) => [name, Math.max(...results.map(([, result]) => result[name] ?? 0))]),
  );
  const hasEffort = results.some(([, { effort }]) => effort);
  return html`<h3>Protocol ${protocol}</h3>
<p>${PROTOCOL_MEANING[protocol]}</p>
${wideTable(
  `Methods, ${protocol}`,
  html`<thead><tr><th scope="col">method</th><th scope="col">records</th>${
    hasEffort && html`<th scope="col">epochs</th><th scope="col">learning rate</th>`
  }${columns.map(([, heading]) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${results.map(
    ([method, result]) =>
      html`<tr><th scope="row">${METHOD_NAMES[method]}</th><td>${whole(result.records)}</td>${
        hasEffort &&
        html`<td>${result.effort ? rounded(result.effort.epochs) : '–'}</td><td>${result.effort ? rounded(result.effort.learningRate) : '–'}</td>`
      }${columns.map(([name]) => cell(result, name, best.get(name)!))}</tr>
`,
  )}</tbody>`,
)}`;
}

function cell(result: ReportedMethod, name: Figure, best: number): Html {
  const value = result[name];
  if (value === undefined) return html`<td>–</td>`;
  const words = withMargin(value, result.margins?.[name]);
  return figure(value) === figure(best) ? html`<td><strong>${words}</strong></td>` : html`<td>${words}</td>`;
}
