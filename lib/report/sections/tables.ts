import { bothEnds } from '../classes.ts';
import { type Html, html } from '../html.ts';
import { plural } from '../words.ts';

/** Heading, cell of a row, and the class of both, without which it holds numbers; the first column heads the rows. */
export type Column<Row> = readonly [
  heading: string,
  cell: (row: Row) => Html | string | undefined,
  style?: 'long' | 'words' | 'words reason',
];

/** A table that scrolls by itself where the page is narrower; with the keyboard too, hence the region. */
export function wideTable<Row>(
  label: string,
  rows: readonly Row[],
  columns: readonly (Column<Row> | false)[],
): Html {
  const shown = columns.filter((column) => column !== false);
  const classOf = (style?: string) => style && html` class="${style}"`;
  const cellOf = ([, cell, style]: Column<Row>, row: Row, at: number) =>
    at === 0 ? html`<th scope="row">${cell(row)}</th>` : html`<td${classOf(style)}>${cell(row)}</td>`;
  return html`<div class="wide" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${shown.map(([heading, , style]) => html`<th scope="col"${classOf(style)}>${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${shown.map((column, at) => cellOf(column, row, at))}</tr>\n`)}</tbody>
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
  foot?: Row,
): Html {
  const shown = bothEnds(classes, MOST_ROWS);
  const left = classes.length - shown.length;
  const note = html`<p class="note">${plural(left, 'more class', 'more classes')} in between: report.json has them.</p>`;
  return html`${wideTable(label, foot === undefined ? shown : [...shown, foot], columns)}${left > 0 && note}`;
}
