import { parseHTML } from 'linkedom';

/** As much of the DOM as the tests look at; the program is compiled without the browser's types. */
export interface PageElement {
  id: string;
  textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageElement> & Iterable<PageElement>;
}

export interface PageDocument extends PageElement {
  getElementById(id: string): PageElement | null;
}

/** The document of a page. */
export function parseDocument(page: string): PageDocument {
  return (parseHTML(page) as unknown as { document: PageDocument }).document;
}
