import { byFrequency } from '../classes.ts';
import { type Html, html } from '../html.ts';
import type { Report, ReportedBranch } from '../schema.ts';
import { className, listed, whole } from '../words.ts';
import { classTable } from './wide-table.ts';

/** What the filter's reasons mean. */
const MEANING: Readonly<Record<string, string>> = {
  degenerate: 'too few words, or too few distinct ones',
  duplicate: 'the same as another generated record',
  copied: 'many words in a row from a training record',
  incomplete: 'an answer in another form than was asked',
  nearDuplicate: 'nearly the same as a training record or another generated one',
  unchanged: 'hardly a word that its source does not have',
  improbable: 'less probable to its own model than nearly all that it learnt',
  otherLabel:
    'less like its class than nearly all real records, to a classifier that has not seen its source',
  otherWords: "farther from its class's mean record than nearly all real records",
};

/** What the branches of the rare classes did: records wanted, kept and dropped, and why a branch was skipped. */
export function branchesSection(report: Report): Html {
  const rare = byFrequency(report).flatMap(([name, { branch, ...figures }]) =>
    branch ? [{ name, branch, ...figures }] : [],
  );
  if (rare.length === 0)
    return html`<section id="branches"><h2>Generated records</h2><p>There was no rare class to generate for.</p></section>`;
  const reasons = [...new Set(rare.flatMap(({ branch }) => Object.keys(branch.dropped)))].sort();
  const explained = reasons.flatMap((reason) => (MEANING[reason] ? [`${reason} (${MEANING[reason]})`] : []));
  const skipped = rare.some(({ branch }) => branch.reason !== undefined);
  return html`<section id="branches"><h2>Generated records</h2>
<p>One branch a rare class: a T5 is fine-tuned on the class, writes records, and a filter drops what will not do${
    explained.length > 0 ? `: ${listed(explained)}` : ''
  }.</p>
${classTable(
  'Branches',
  html`<thead><tr><th scope="col">class</th><th scope="col" class="words">state</th><th scope="col">wanted</th><th scope="col">kept</th>${reasons.map(
    (reason) => html`<th scope="col">${reason}</th>`,
  )}${skipped && html`<th scope="col" class="words">why skipped</th>`}</tr></thead>`,
  rare,
  ({ name, state, generated, branch }) =>
    html`<tr><th scope="row">${className(name)}</th><td class="words">${state}</td><td>${whole(branch.wanted)}</td><td>${whole(generated)}</td>${reasons.map(
      (reason) => html`<td>${whole(branch.dropped[reason] ?? 0)}</td>`,
    )}${skipped && html`<td class="words reason">${branch.reason}</td>`}</tr>
`,
)}
${strategiesTable(rare)}${rare.map(({ name, branch }) => samplesOf(name, branch))}</section>`;
}

/** What each strategy brought, and how far the models learnt what they were asked. */
function strategiesTable(rare: readonly { name: string; branch: ReportedBranch }[]): Html {
  const names = [...new Set(rare.flatMap(({ branch }) => Object.keys(branch.strategies ?? {})))].sort();
  if (names.length === 0) return html``;
  return html`<h3>Strategies</h3>
<p>Records kept, of the answers that the filter judged; and the loss of the class's examples before its fine-tuning and in its last epoch.</p>
${classTable(
  'Strategies',
  html`<thead><tr><th scope="col">class</th>${names.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">loss before</th><th scope="col">last epoch</th></tr></thead>`,
  rare,
  ({ name, branch: { strategies = {}, learnt } }) =>
    html`<tr><th scope="row">${className(name)}</th>${names.map((each) => {
      const counts = strategies[each];
      return html`<td>${counts ? `${whole(counts.kept)} of ${whole(counts.judged)}` : '–'}</td>`;
    })}<td>${learnt ? learnt.before.toFixed(2) : '–'}</td><td>${learnt ? learnt.lastEpoch.toFixed(2) : '–'}</td></tr>
`,
)}`;
}

/** Real records beside generated ones, and below them some that the filter dropped. */
function samplesOf(name: string, { samples: { real, generated, dropped } }: ReportedBranch): Html {
  if (real.length + generated.length + dropped.length === 0) return html``;
  return html`<h3>${className(name)}</h3>
<div class="beside">
<div><h4>Real</h4><ul class="samples">${real.map((text) => html`<li>${text}</li>`)}</ul></div>
<div><h4>Generated</h4>${
    generated.length === 0
      ? html`<p class="note">None.</p>`
      : html`<ul class="samples">${generated.map(({ prompt, text }) => html`<li>${text}<span class="prompt">prompt: ${prompt}</span></li>`)}</ul>`
  }</div></div>
${
  dropped.length > 0 &&
  html`<details><summary>Dropped by the filter, for example</summary>
<ul class="samples">${dropped.map(
    ({ prompt, text, reason }) =>
      html`<li><span class="dropped">${reason}</span>${text}<span class="prompt">prompt: ${prompt}</span></li>`,
  )}</ul></details>
`
}`;
}
