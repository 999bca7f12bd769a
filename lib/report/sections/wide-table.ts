import { bothEnds } from '../classes.ts';
import { type Html, html } from '../html.ts';
import { plural } from '../words.ts';

/** A table that scrolls by itself where the page is narrower; with the keyboard too, hence the region. */
export function wideTable(label: string, content: Html): Html {
  return html`<div class="wide" role="region" aria-label="${label}" tabindex="0"><table>
${content}
</table></div>
`;
}

/** Keeps the page below 2 MB. */
const MOST_ROWS = 300;

/** A wide table with a row for each class; of very many classes the first and the last. */
export function classTable<T>(
  label: string,
  head: Html,
  classes: readonly T[],
  row: (each: T) => Html,
  foot?: Html,
): Html {
  const shown = bothEnds(classes, MOST_ROWS);
  const left = classes.length - shown.length;
  return html`${wideTable(
    label,
    html`${head}
<tbody>${shown.map(row)}${foot}</tbody>`,
  )}${left > 0 && html`<p class="note">${plural(left, 'more class', 'more classes')} in between: report.json has them.</p>`}`;
}
