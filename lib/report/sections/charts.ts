import type { Chart } from '../charts/chart.ts';
import { type Html, html, trusted } from '../html.ts';

/** Every chart. */
export function chartsSection(charts: readonly Chart[]): Html {
  return html`<section id="charts"><h2>Charts</h2>
<div class="charts">
${charts.map(
  ({ svg, caption }) => html`<figure>${trusted(svg)}<figcaption>${caption}</figcaption></figure>
`,
)}</div></section>`;
}
