import type { Method } from '../../evaluation/methods.ts';
import { type Html, html } from '../html.ts';
import { inTableOrder, METHOD_NAMES } from '../method-names.ts';
import type { Report } from '../schema.ts';
import { capitalised, className, figure, listed, rounded, signed, whole } from '../words.ts';
import { classTable, wideTable } from './wide-table.ts';

type PreviousRun = NonNullable<Report['previousRun']>;
type Compared = PreviousRun['methods'][string];

/** The run beside the previous one of its dataset: figures, records, words, and what was reused. */
export function previousRunSection({ previousRun }: Report): Html | undefined {
  if (!previousRun) return undefined;
  const { previous, attention, corpus, keptModels, trainedAgain } = previousRun;
  return html`<section id="previous-run"><h2>Since the last run</h2>
${attention && html`<p class="note"><strong>Look at this:</strong> ${attention}.</p>`}
<p>Compared with <code>${previous.runId}</code>, finished ${previous.finishedAt.slice(0, 10)}. Of the training records ${whole(corpus.added)} were added, ${whole(corpus.removed)} removed and ${whole(corpus.changed)} changed: ${percent(corpus.share)} of all. ${modelsSentence(keptModels, trainedAgain)}</p>
${methodsTable(previousRun)}
${classesTable(previousRun)}
${wordsOf(previousRun)}</section>`;
}

function modelsSentence(kept: readonly string[], again: readonly string[]): string {
  const parts = [
    ...(kept.length > 0 ? [`the ${kept.length === 1 ? 'model' : 'models'} of ${listed(kept)} stayed`] : []),
    ...(again.length > 0 ? [`${listed(again)} ${again.length === 1 ? 'was' : 'were'} trained again`] : []),
  ];
  return parts.length > 0 ? `${capitalised(listed(parts))}.` : '';
}

function methodsTable({ methods }: PreviousRun): Html {
  return wideTable(
    'Figures since the last run',
    html`<thead><tr><th scope="col">method</th><th scope="col">macro F1 before</th><th scope="col">now</th><th scope="col">change</th><th scope="col">micro F1 before</th><th scope="col">now</th><th scope="col">change</th></tr></thead>
<tbody>${inTableOrder(methods as Partial<Record<Method, Compared>>).map(
      ([method, { macroF1, microF1 }]) =>
        html`<tr><th scope="row">${METHOD_NAMES[method]}</th>${[macroF1, microF1].map(
          ({ before, after, change, beforeInterval, afterInterval }) =>
            html`<td>${figure(before)}${range(beforeInterval)}</td><td>${figure(after)}${range(afterInterval)}</td><td>${signed(change)}</td>`,
        )}</tr>
`,
    )}</tbody>`,
  );
}

function classesTable({ classes }: PreviousRun): Html {
  const count = (value: number | null) => (value === null ? 'none' : whole(value));
  return classTable(
    'Records since the last run',
    html`<thead><tr><th scope="col">class</th><th scope="col">training before</th><th scope="col">now</th><th scope="col">test before</th><th scope="col">now</th><th scope="col">differ since its training</th></tr></thead>`,
    classes,
    ({ name, train, test, change }) =>
      html`<tr><th scope="row">${className(name)}</th>${[
        train.before,
        train.after,
        test.before,
        test.after,
      ].map((value) => html`<td>${count(value)}</td>`)}<td>${change && percent(change.share)}</td></tr>
`,
  );
}

function wordsOf({ vocabulary }: PreviousRun): Html {
  const { divergence, newWords, goneWords, risen, fallen } = vocabulary;
  const names = (words: readonly { word: string }[]) => listed(words.slice(0, 10).map(({ word }) => word));
  return html`<p>The words moved by ${rounded(divergence)} bits (Jensen-Shannon divergence: 0 for the same, 1 for nothing in common); ${percent(newWords)} of them are new, ${percent(goneWords)} of those before are gone.${
    risen.length > 0 && html` Risen most: ${names(risen)}.`
  }${fallen.length > 0 && html` Fallen most: ${names(fallen)}.`}</p>`;
}

const range = (interval: { low: number; high: number } | undefined) =>
  interval && ` (${figure(interval.low)} to ${figure(interval.high)})`;
const percent = (share: number) => `${rounded(100 * share)} %`;
