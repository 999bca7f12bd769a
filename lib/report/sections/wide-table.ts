import { type Html, html } from '../html.ts';

/** A table that scrolls by itself where the page is narrower; with the keyboard too, hence the region. */
export function wideTable(label: string, content: Html): Html {
  return html`<div class="wide" role="region" aria-label="${label}" tabindex="0"><table>
${content}
</table></div>
`;
}
