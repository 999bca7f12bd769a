import type { Interval } from '../../evaluation/finding-schemas.ts';
import type { Method } from '../../settings/method-table.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES } from '../methods.ts';
import type { Report } from '../schema.ts';
import { capitalised, className, figure, listed, rounded, signed, whole } from '../words.ts';
import { type Column, classTable, wideTable } from './tables.ts';

type Compared = NonNullable<Report['previousRun']>['methods'][string];

/** The run beside the previous one of its dataset: figures, records, words, and what was reused. */
export function previousRunSection({ previousRun }: Report): Html | undefined {
  if (!previousRun) return undefined;
  const { previous, attention, corpus, keptModels, trainedAgain, methods, classes } = previousRun;
  const { divergence, newWords, goneWords, risen, fallen } = previousRun.vocabulary;
  return html`
${attention && html`<p class="note"><strong>Look at this:</strong> ${attention}.</p>`}
<p>Compared with <code>${previous.runId}</code>, finished ${previous.finishedAt.slice(0, 10)}. Of the training records ${whole(corpus.added)} were added, ${whole(corpus.removed)} removed and ${whole(corpus.changed)} changed: ${percent(corpus.share)} of all. ${modelsSentence(keptModels, trainedAgain)}</p>
${wideTable('Figures since the last run', inTableOrder(methods as Partial<Record<Method, Compared>>), [
  ['method', ([method]) => METHOD_NAMES[method]],
  ...changesOf('macroF1', 'macro F1 before'),
  ...changesOf('microF1', 'micro F1 before'),
])}
${classTable('Records since the last run', classes, [
  ['class', ({ name }) => className(name)],
  ['training before', ({ train }) => count(train.before)],
  ['now', ({ train }) => count(train.after)],
  ['test before', ({ test }) => count(test.before)],
  ['now', ({ test }) => count(test.after)],
  ['differ since its training', ({ change }) => change && percent(change.share)],
])}
<p>The words moved by ${rounded(divergence)} bits (Jensen-Shannon divergence: 0 for the same, 1 for nothing in common); ${percent(newWords)} of them are new, ${percent(goneWords)} of those before are gone.${
    risen.length > 0 && ` Risen most: ${firstWords(risen)}.`
  }${fallen.length > 0 && ` Fallen most: ${firstWords(fallen)}.`}</p>`;
}

function modelsSentence(kept: readonly string[], again: readonly string[]): string {
  const parts: string[] = [];
  if (kept.length > 0) parts.push(`the ${kept.length === 1 ? 'model' : 'models'} of ${listed(kept)} stayed`);
  if (again.length > 0) parts.push(`${listed(again)} ${again.length === 1 ? 'was' : 'were'} trained again`);
  return parts.length > 0 ? `${capitalised(listed(parts))}.` : '';
}

const changesOf = (measure: 'macroF1' | 'microF1', before: string): Column<[Method, Compared]>[] => [
  [before, ([, { [measure]: pair }]) => `${figure(pair.before)}${range(pair.beforeInterval)}`],
  ['now', ([, { [measure]: pair }]) => `${figure(pair.after)}${range(pair.afterInterval)}`],
  ['change', ([, { [measure]: pair }]) => signed(pair.change)],
];

const count = (records: number | null) => (records === null ? 'none' : whole(records));
const firstWords = (words: readonly { word: string }[]) => listed(words.slice(0, 10).map(({ word }) => word));
const range = (interval: Interval | undefined) =>
  interval ? ` (${figure(interval.low)} to ${figure(interval.high)})` : '';
const percent = (share: number) => `${rounded(100 * share)} %`;
