import { sum } from '../../arithmetic/sums.ts';
import { byFrequency } from '../classes.ts';
import { type Html, html } from '../html.ts';
import type { Cleaning, Report } from '../schema.ts';
import { className, listed, plural, whole } from '../words.ts';
import { classTable } from './wide-table.ts';

const OTHERS = '(others)';

/** What became of the rows of the source: rejected, repaired, dropped and why, by class. */
export function cleaningSection(report: Report): Html {
  const { cleaning } = report;
  return html`<section id="cleaning"><h2>Cleaning</h2>
<p>${plural(cleaning.read, 'row')} read; ${plural(cleaning.train, 'training record')} and ${plural(cleaning.test, 'test record')} are left.</p>
<ul>${facts(cleaning).map((fact) => html`<li>${fact}</li>`)}</ul>
${droppedByClass(report)}${mergedLabels(cleaning)}${samples(cleaning)}</section>`;
}

const sumOf = (counts: Readonly<Record<string, number>>) => sum(Object.values(counts));

const counted = (counts: Readonly<Record<string, number>>) =>
  listed(Object.entries(counts).map(([what, count]) => `${whole(count)} ${what}`));

function facts(cleaning: Cleaning): string[] {
  const { passedOver, rejected, repaired, unknownLanguage, conflicts, moved, dropped } = cleaning;
  const totals = Object.fromEntries(
    Object.entries(dropped).map(([reason, counts]) => [reason, sumOf(counts)]),
  );
  const said: [count: number, text: string][] = [
    [
      passedOver.length,
      `Files passed over, empty or of another kind by their names: ${passedOver.join(', ')}.`,
    ],
    [
      sumOf(rejected),
      `${plural(sumOf(rejected), 'row')} could not be taken as records: ${counted(rejected)}.`,
    ],
    [sumOf(totals), `${plural(sumOf(totals), 'record')} left out: ${counted(totals)}.`],
    [sumOf(repaired), `Repaired: ${counted(repaired)}.`],
    [
      sumOf(unknownLanguage),
      `${plural(sumOf(unknownLanguage), 'record')} kept although the language could not be told: too short, or figures and tables.`,
    ],
    [moved, `${plural(moved, 'record')} moved to the other side of the split, where the class had none.`],
    [
      conflicts,
      `${plural(conflicts, 'record')} with a text that stands under another class too; the first one was kept.`,
    ],
  ];
  return said.filter(([count]) => count > 0).map(([, text]) => text);
}

/** The chosen classes by reason, since cleaning can change the balance by itself; all others together. */
function droppedByClass(report: Report): Html {
  const reasons = Object.entries(report.cleaning.dropped);
  if (reasons.length === 0) return html``;
  const classes = byFrequency(report);
  const chosen = new Set(classes.map(([name]) => name));
  const elsewhere = reasons.map(([, counts]) =>
    sumOf(Object.fromEntries(Object.entries(counts).filter(([name]) => !chosen.has(name)))),
  );
  return classTable(
    'Dropped records by class',
    html`<caption>Records left out, by class and reason</caption>
<thead><tr><th scope="col">class</th><th scope="col">kept</th>${reasons.map(([reason]) => html`<th scope="col">${reason}</th>`)}</tr></thead>`,
    classes,
    ([name, { train, test }]) =>
      html`<tr><th scope="row">${className(name)}</th><td>${whole(train + test)}</td>${reasons.map(
        ([, counts]) => html`<td>${countOf(counts, name)}</td>`,
      )}</tr>
`,
    elsewhere.some((count) => count > 0)
      ? html`<tr><th scope="row">all other classes</th><td>0</td>${elsewhere.map((count) => html`<td>${whole(count)}</td>`)}</tr>
`
      : undefined,
  );
}

/** A class that is not named has at most as many as the least of those that are. */
function countOf(counts: Readonly<Record<string, number>>, name: string): string {
  if (Object.hasOwn(counts, name)) return whole(counts[name]!);
  if (!Object.hasOwn(counts, OTHERS)) return '0';
  const named = Object.entries(counts).filter(([other]) => other !== OTHERS);
  return `≤ ${whole(Math.min(...named.map(([, count]) => count)))}`;
}

function mergedLabels({ mergedLabels }: Cleaning): Html {
  if (mergedLabels.length === 0) return html``;
  return html`<details><summary>${plural(mergedLabels.length, 'spelling')} of classes merged into others</summary>
<ul>${mergedLabels.map(
    ({ from, to, records }) =>
      html`<li>“${className(from)}” became “${className(to)}” (${plural(records, 'record')})</li>`,
  )}</ul></details>
`;
}

function samples({ samples }: Cleaning): Html[] {
  return Object.entries(samples)
    .filter(([, records]) => records.length > 0)
    .map(
      ([reason, records]) => html`<details><summary>Examples: ${reason}</summary>
<ul class="samples">${records.map(
        ({ id, label, text }) =>
          html`<li><span class="prompt">${className(label)} · ${className(id)}</span>${text}</li>`,
      )}</ul></details>
`,
    );
}
