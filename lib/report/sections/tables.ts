import { bothEnds } from '../classes.ts';
import { type Html, html } from '../html.ts';
import { plural } from '../words.ts';

/** Its heading, what stands below it in a row, and how it is set; the first column's cells head their rows. */
export type Column<Row> = readonly [
  heading: string,
  cell: (row: Row) => Html | string | undefined,
  style?: keyof typeof STYLES,
];

/** Classes of a column's heading and of its cells; without a style it holds numbers. */
const STYLES = { long: ['long', ''], words: ['words', 'words'], reason: ['words', 'words reason'] } as const;

/** A table that scrolls by itself where the page is narrower; with the keyboard too, hence the region. */
export function wideTable<Row>(
  label: string,
  rows: readonly Row[],
  columns: readonly (Column<Row> | false)[],
  caption?: string,
): Html {
  const shown = columns.filter((column) => column !== false);
  const classOf = (name = '') => name !== '' && html` class="${name}"`;
  return html`<div class="wide" role="region" aria-label="${label}" tabindex="0"><table>
${
  caption !== undefined &&
  html`<caption>${caption}</caption>
`
}<thead><tr>${shown.map(([heading, , style]) => html`<th scope="col"${classOf(style && STYLES[style][0])}>${heading}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${shown.map(([, cell, style], at) =>
      at === 0
        ? html`<th scope="row">${cell(row)}</th>`
        : html`<td${classOf(style && STYLES[style][1])}>${cell(row)}</td>`,
    )}</tr>
`,
  )}</tbody>
</table></div>
`;
}

/** Keeps the page below 2 MB. */
const MOST_ROWS = 300;

/** A wide table with a row for each class, of very many the first and the last; `foot` is a last row. */
export function classTable<Row>(
  label: string,
  classes: readonly Row[],
  columns: readonly (Column<Row> | false)[],
  { caption, foot }: { caption?: string; foot?: Row | undefined } = {},
): Html {
  const shown = bothEnds(classes, MOST_ROWS);
  const left = classes.length - shown.length;
  const rows = foot === undefined ? shown : [...shown, foot];
  return html`${wideTable(label, rows, columns, caption)}${
    left > 0 &&
    html`<p class="note">${plural(left, 'more class', 'more classes')} in between: report.json has them.</p>`
  }`;
}
