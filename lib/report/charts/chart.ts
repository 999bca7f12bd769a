/**
 * A chart is a static SVG: drawn by Observable Plot into a document that is no browser's, with a title and a
 * description for those who do not see it.
 *
 * Colours are `var(--name, fallback)`: the page sets the names for light and dark, a file of its own brings both, and
 * where there are no variables (PNG) the fallback, the light one, stands.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { printable } from '../../settings/printable.ts';

export interface Chart {
  /** Name of its files, without ending. */
  name: string;
  title: string;
  /** What it shows, in words and figures. */
  description: string;
  /** How to read it, shown below it. */
  caption: string;
  /** The `svg` element, to stand in a page. */
  svg: string;
}

export type ChartWords = Omit<Chart, 'svg'>;

/** Width of every chart: read without zooming on a phone, where it is scaled down to three quarters. */
export const WIDTH = 480;

const FONT = 'Inter, system-ui, sans-serif';
const TITLE_HEIGHT = 34;
const SVG = 'http://www.w3.org/2000/svg';

/** As much of the DOM as is needed here; the program is compiled without the browser's types. */
interface SvgElement {
  textContent: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  prepend(...children: SvgElement[]): void;
  append(...children: SvgElement[]): void;
  remove(): void;
  querySelectorAll(selector: string): Iterable<SvgElement>;
  toString(): string;
}

/** The titles of panels, each above the top left corner of its own. */
export const panelTitles = <T>(panels: readonly T[], facet: 'fx' | 'fy', options: Plot.TextOptions = {}) =>
  Plot.text(panels, {
    [facet]: (panel: T) => panel,
    text: (panel: T) => panel,
    frameAnchor: 'top-left',
    dy: -18,
    fontWeight: 600,
    ...options,
  });

/** Draws marks below the chart's title. */
export function drawChart(words: ChartWords, options: Plot.PlotOptions): Chart {
  const { document } = parseHTML('<!doctype html><html></html>') as unknown as {
    document: { createElementNS(namespace: string, tag: string): SvgElement };
  };
  const plot: Plot.PlotOptions = {
    marginRight: 12,
    marginBottom: 36,
    ...options,
    document: document as unknown as NonNullable<Plot.PlotOptions['document']>,
    figure: false,
    width: WIDTH,
    marginTop: (options.marginTop ?? 8) + TITLE_HEIGHT,
    style: { fontSize: '13px', fontFamily: FONT },
  };
  const svg = Plot.plot(plot) as unknown as SvgElement;
  const element = (tag: string, text: string, attributes: Record<string, string>) => {
    const created = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
    created.textContent = printable(text);
    return created;
  };
  const [title, description] = [`chart-${words.name}-title`, `chart-${words.name}-description`];
  // Within an image, labels of its parts are never read; style is set by the page or the file.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.prepend(
    element('title', words.title, { id: title }),
    element('desc', words.description, { id: description }),
  );
  svg.append(element('text', words.title, HEADING));
  svg.setAttribute('xmlns', SVG);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-labelledby', title);
  svg.setAttribute('aria-describedby', description);
  return { ...words, svg: svg.toString() };
}

const HEADING = { x: '0', y: '18', 'text-anchor': 'start', 'font-size': '14', 'font-weight': '700' };
