/** HTML by a template tag that escapes every value: scraped text can never become markup. */
import { escapeUTF8 } from 'entities/escape';
import { printable } from '../settings/printable.ts';

/** Markup, made by the tag `html` or vouched for by `trusted`. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Part = Html | string | number | undefined | false | readonly Part[];

/** Markup from a template. Strings are escaped, for element content and quoted attributes alike; lists are joined. */
export function html(template: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: template }, ...parts.map(markupOf)));
}

/** Markup that this program made elsewhere, such as a chart. */
export const trusted = (markup: string) => new Html(markup);

/** A list of items, or of texts under the class `samples`. */
export const list = (items: readonly Part[], name?: 'samples' | 'cautions') =>
  html`<ul${name && html` class="${name}"`}>${items.map((item) => html`<li>${item}</li>`)}</ul>`;

/** What is folded away until somebody asks. */
export const details = (summary: string, content: Html) => html`<details><summary>${summary}</summary>
${content}</details>
`;

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (part === undefined || part === false) return '';
  if (typeof part === 'object') return part.map(markupOf).join('');
  return escapeUTF8(printable(String(part)));
}
