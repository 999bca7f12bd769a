import { REJECTION_REASONS } from '../../filtering/generation-filter.ts';
import { byFrequency } from '../classes.ts';
import { details, type Html, html, list } from '../html.ts';
import type { Report, ReportedBranch, ReportedClass } from '../schema.ts';
import { className, figure, listed, whole } from '../words.ts';
import { type Column, classTable } from './tables.ts';

const MEANING: Readonly<Record<string, string>> = REJECTION_REASONS;

type Branch = ReportedBranch & Pick<ReportedClass, 'state' | 'generated'> & { name: string };

const NAME: Column<Branch> = ['class', ({ name }) => className(name)];

/** What the branches of the rare classes did: records wanted, kept and dropped, and why a branch was skipped. */
export function branchesSection(report: Report): Html {
  const rare = byFrequency(report).flatMap(([name, { branch, state, generated }]): Branch[] =>
    branch ? [{ name, state, generated, ...branch }] : [],
  );
  if (rare.length === 0) return html`<p>There was no rare class to generate for.</p>`;
  const reasons = namesIn(rare.map(({ dropped }) => dropped));
  const explained = reasons.flatMap((reason) => (MEANING[reason] ? [`${reason} (${MEANING[reason]})`] : []));
  const isAmountChosen = rare.some(({ kept }) => kept !== undefined);
  const isAnySkipped = rare.some(({ reason }) => reason !== undefined);
  return html`
<p>One branch a rare class: a T5 is fine-tuned on the class, writes records, and a filter drops what will not do${
    explained.length > 0 ? `: ${listed(explained)}` : ''
  }.</p>
${classTable('Branches', rare, [
  NAME,
  ['state', ({ state }) => state, 'words'],
  ['wanted', ({ wanted }) => whole(wanted)],
  ['kept', ({ kept, generated }) => whole(kept ?? generated)],
  isAmountChosen && ['used', ({ generated }) => whole(generated)],
  ...reasons.map((reason): Column<Branch> => [reason, ({ dropped }) => whole(dropped[reason] ?? 0)]),
  isAnySkipped && ['why skipped', ({ reason }) => reason, 'words reason'],
])}
${report.amount && amountChosen(report.amount)}${strategiesTable(rare)}${rare.map(samplesOf)}`;
}

const namesIn = (records: readonly object[]) => [...new Set(records.flatMap(Object.keys))].sort();

const amountChosen = ({ times, validation, tried }: NonNullable<Report['amount']>): Html =>
  html`<p>Used: ${times} generated records a real one, the best of the amounts on ${whole(
    validation,
  )} training records that no model has read. Macro F1 of Generated + Oversample there: ${listed(
    tried.map((each) => `${figure(each.macroF1)} with ${each.times}`),
  )}.</p>`;

function strategiesTable(rare: readonly Branch[]): Html | undefined {
  const strategies = namesIn(rare.map((branch) => branch.strategies ?? {}));
  if (strategies.length === 0) return undefined;
  const keptOf = (strategy: string): Column<Branch> => [
    strategy,
    ({ strategies: { [strategy]: counts } = {} }) =>
      counts ? `${whole(counts.kept)} of ${whole(counts.judged)}` : '–',
  ];
  return html`<h3>Strategies</h3>
<p>Records kept, of the answers that the filter judged; and the loss of the class's examples before its fine-tuning and in its last epoch.</p>
${classTable('Strategies', rare, [
  NAME,
  ...strategies.map(keptOf),
  ['loss before', ({ learnt }) => learnt?.before.toFixed(2) ?? '–'],
  ['last epoch', ({ learnt }) => learnt?.lastEpoch.toFixed(2) ?? '–'],
])}`;
}

/** Real records beside generated ones, and below them some that the filter dropped. */
function samplesOf({ name, samples: { real, generated, dropped } }: Branch): Html | undefined {
  if (real.length + generated.length + dropped.length === 0) return undefined;
  const written = ({ prompt, text }: (typeof generated)[number]) =>
    html`${text}<span class="prompt">prompt: ${prompt}</span>`;
  const rejected = dropped.map((each) => html`<span class="dropped">${each.reason}</span>${written(each)}`);
  return html`<h3>${className(name)}</h3>
<div class="beside">
<div><h4>Real</h4>${list(real, 'samples')}</div>
<div><h4>Generated</h4>${
    generated.length === 0 ? html`<p class="note">None.</p>` : list(generated.map(written), 'samples')
  }</div></div>
${dropped.length > 0 && details('Dropped by the filter, for example', list(rejected, 'samples'))}`;
}
