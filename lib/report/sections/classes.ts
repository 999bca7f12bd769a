import { byFrequency } from '../classes.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES } from '../method-names.ts';
import { judgedMethods } from '../protocols.ts';
import type { Report } from '../schema.ts';
import { className, whole, withMargin } from '../words.ts';
import { classTable } from './wide-table.ts';

/** Volumes and recall of each class, most frequent first. */
export function classesSection(report: Report): Html {
  const methods = inTableOrder(judgedMethods(report));
  return html`<section id="classes"><h2>Classes</h2>
<p>Records of each class, and its recall with each method: the share of its test records that the classifier finds. Protocol: ${report.verdict.protocol}.</p>
${classTable(
  'Classes',
  html`<thead><tr><th scope="col">class</th><th scope="col" class="words">kind</th><th scope="col">training records</th><th scope="col">generated</th><th scope="col">test records</th>${methods.map(
    ([method]) => html`<th scope="col">${METHOD_NAMES[method]}</th>`,
  )}</tr></thead>`,
  byFrequency(report),
  ([name, { kind, train, generated, test }]) =>
    html`<tr><th scope="row">${className(name)}</th><td class="words">${kind}</td><td>${whole(train)}</td><td>${whole(generated)}</td><td>${whole(test)}</td>${methods.map(
      ([, { recall, margins }]) =>
        html`<td>${Object.hasOwn(recall, name) ? withMargin(recall[name]!, margins?.recall[name]) : '–'}</td>`,
    )}</tr>
`,
)}</section>`;
}
