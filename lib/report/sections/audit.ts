import { byFrequency } from '../classes.ts';
import { type Html, html } from '../html.ts';
import type { Report, ReportedAudit } from '../schema.ts';
import { className, figure, rounded, shortName, whole } from '../words.ts';
import { classTable } from './wide-table.ts';

type AuditedClass = [name: string, audit: ReportedAudit];

/** Whether the test leaked into the generated records, what of them is copied, and how they compare with real ones. */
export function auditSection(report: Report): Html | undefined {
  const audited = byFrequency(report).flatMap(([name]): AuditedClass[] =>
    Object.hasOwn(report.audit, name) ? [[name, report.audit[name]!]] : [],
  );
  if (audited.length === 0) return undefined;
  return html`<section id="audit"><h2>Audit of the generated records</h2>
<p>Records that have a long run of words in common with a test record or are nearly one, and copies of training records of their class. Text that a model has not read it can have by chance only, or by a leak: how often chance does it, real records show that have something of the test which no other page has.</p>
${overlaps(audited)}
<p>Generated records, then as many real ones of the class, each beside as many other real ones, at equal lengths: distinct pairs of words as a share of all, self-BLEU (1 where all texts are the same), runs of four words that no other training record has, and the divergence of their vocabularies (0 where they are one). Words of a record are those of all, uncut.</p>
${likeness(audited)}</section>`;
}

function overlaps(audited: readonly AuditedClass[]): Html {
  return classTable(
    'Overlaps',
    html`<thead><tr><th scope="col">class</th><th scope="col">repeats the test</th><th scope="col" class="long">with text its model has not read</th><th scope="col">real records that repeat it</th><th scope="col" class="long">with text no other page has</th><th scope="col">copies training records</th><th scope="col">whole</th><th scope="col" class="words">for example</th></tr></thead>`,
    audited,
    ([name, { repeatsTest, copies }]) =>
      html`<tr><th scope="row">${className(name)}</th>${[
        repeatsTest.generated,
        repeatsTest.beyondTraining,
        repeatsTest.real,
        repeatsTest.realBeyondOthers,
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
    ([name, { likeness, length }]) =>
      html`<tr><th scope="row">${className(name)}</th><td>${likeness ? whole(likeness.sample) : '–'}</td><td>${both(likeness?.diversity, ({ distinct2 }) => figure(distinct2))}</td><td>${both(likeness?.diversity, ({ selfBleu }) => figure(selfBleu))}</td><td>${both(length, ({ median }) => rounded(median))}</td><td>${both(likeness?.novelty, figure)}</td><td>${both(likeness?.vocabulary, ({ divergence }) => figure(divergence))}</td></tr>
`,
  );
}

function both<T>(pair: { generated: T; real: T } | undefined, words: (value: T) => string): string {
  return pair ? `${words(pair.generated)} / ${words(pair.real)}` : '–';
}
