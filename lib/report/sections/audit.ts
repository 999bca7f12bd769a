import { byFrequency } from '../classes.ts';
import { type Html, html } from '../html.ts';
import type { Report, ReportedAudit } from '../schema.ts';
import { figure, rounded, shortName, whole } from '../words.ts';
import { className } from './class-name.ts';
import { classTable } from './wide-table.ts';

type AuditedClass = [name: string, audit: ReportedAudit];

/** Whether the test leaked into the generated records, what of them is copied, and how they compare with real ones. */
export function auditSection(report: Report): Html | undefined {
  const audited = byFrequency(report).flatMap(([name]): AuditedClass[] =>
    Object.hasOwn(report.audit, name) ? [[name, report.audit[name]!]] : [],
  );
  if (audited.length === 0) return undefined;
  return html`<section id="audit"><h2>Audit of the generated records</h2>
<p>Records that have a long run of words in common with a test record, or with a training record of their class.</p>
${overlaps(audited)}
<p>Against as many real records of the class, generated ones first: distinct pairs of words as a share of all, self-BLEU (1 where all texts are the same), words of a record, and the divergence of their vocabularies (0 where they are one). Novel are runs of four words that no training record has.</p>
${likeness(audited)}</section>`;
}

function overlaps(audited: readonly AuditedClass[]): Html {
  return classTable(
    'Overlaps',
    html`<thead><tr><th scope="col">class</th><th scope="col">repeats the test</th><th scope="col" class="long">not by way of training records</th><th scope="col">real records that do so</th><th scope="col">copies training records</th><th scope="col">whole</th><th scope="col" class="words">for example</th></tr></thead>`,
    audited,
    ([name, { repeatsTest, copies }]) =>
      html`<tr><th scope="row">${className(name)}</th>${[
        repeatsTest.generated,
        repeatsTest.beyondTraining,
        repeatsTest.real,
        copies.generated,
        copies.whole,
      ].map(
        (count) => html`<td>${whole(count)}</td>`,
      )}<td class="words reason">${examplesOf(repeatsTest, copies)}</td></tr>
`,
  );
}

function examplesOf(...findings: { examples: readonly string[] }[]): string {
  const ids = new Set(findings.flatMap(({ examples }) => examples));
  return [...ids]
    .slice(0, 3)
    .map((id) => shortName(id, 60))
    .join(', ');
}

function likeness(audited: readonly AuditedClass[]): Html {
  return classTable(
    'Likeness',
    html`<thead><tr><th scope="col">class</th><th scope="col">sample</th><th scope="col">distinct pairs</th><th scope="col">self-BLEU</th><th scope="col">median words</th><th scope="col">novel</th><th scope="col">divergence</th></tr></thead>`,
    audited,
    ([name, { sample, diversity, length, novelty, vocabulary }]) =>
      html`<tr><th scope="row">${className(name)}</th><td>${whole(sample)}</td><td>${both(diversity, ({ distinct2 }) => figure(distinct2))}</td><td>${both(diversity, ({ selfBleu }) => figure(selfBleu))}</td><td>${both(length, ({ median }) => rounded(median))}</td><td>${novelty === undefined ? '–' : figure(novelty)}</td><td>${vocabulary ? figure(vocabulary.divergence) : '–'}</td></tr>
`,
  );
}

function both<T>(pair: { generated: T; real: T } | undefined, words: (value: T) => string): string {
  return pair ? `${words(pair.generated)} / ${words(pair.real)}` : '–';
}
