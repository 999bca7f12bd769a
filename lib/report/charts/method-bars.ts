import * as Plot from '@observablehq/plot';
import type { Method } from '../../evaluation/methods.ts';
import { METHOD_NAMES } from '../method-names.ts';
import { figure, withMargin } from '../words.ts';
import { type Chart, type ChartWords, drawChart } from './chart.ts';
import { methodColour } from './colours.ts';
import { marginLines } from './margin-lines.ts';

/** A bar: a figure of a method, in the panel that shows this figure. */
export interface MethodBar {
  panel: string;
  method: Method;
  value: number;
  margin?: number | undefined;
}

const ROW_HEIGHT = 26;
/** Beyond 1, so that the figure has room beside the longest bar. */
const AXIS_END = 1.5;

/** A panel a figure side by side, and in each a bar a method with its figure and margin; undefined without bars. */
export function drawMethodBars(
  words: Omit<ChartWords, 'description'>,
  panels: readonly string[],
  bars: readonly MethodBar[],
): Chart | undefined {
  if (bars.length === 0) return undefined;
  const methods = [...new Set(bars.map(({ method }) => method))];
  return drawChart(
    {
      ...words,
      description: panels
        .map((panel) => {
          const figures = bars
            .filter((bar) => bar.panel === panel)
            .map(({ method, value, margin }) => `${METHOD_NAMES[method]} ${withMargin(value, margin)}`);
          return `${panel}: ${figures.join(', ')}`;
        })
        .join('; '),
    },
    {
      height: methods.length * ROW_HEIGHT + 70,
      marginLeft: 186,
      marginRight: 0,
      marginBottom: 12,
      marginTop: 24,
      x: { domain: [0, AXIS_END], axis: null },
      y: {
        domain: methods,
        tickFormat: (method: Method) => METHOD_NAMES[method],
        label: null,
        tickSize: 0,
        padding: 0.25,
      },
      fx: { domain: [...panels], axis: null, padding: 0.06 },
      marks: methodBarMarks(bars, panels),
    },
  );
}

function methodBarMarks(bars: readonly MethodBar[], panels: readonly string[]): Plot.Markish[] {
  const uncertain = bars.filter(({ margin }) => margin !== undefined);
  return [
    Plot.barX(bars, {
      x: 'value',
      y: 'method',
      fx: 'panel',
      fill: ({ method }: MethodBar) => methodColour(method),
    }),
    ...marginLines(uncertain, {
      x1: ({ value, margin }: MethodBar) => Math.max(0, value - margin!),
      x2: ({ value, margin }: MethodBar) => Math.min(1, value + margin!),
      y: 'method',
      fx: 'panel',
    }),
    Plot.text(bars, {
      x: ({ value, margin = 0 }: MethodBar) => Math.min(1, value + margin),
      y: 'method',
      fx: 'panel',
      text: ({ value }: MethodBar) => figure(value),
      textAnchor: 'start',
      dx: 5,
    }),
    Plot.text(panels, {
      fx: (panel: string) => panel,
      text: (panel: string) => panel,
      frameAnchor: 'top-left',
      dy: -18,
      fontWeight: 600,
    }),
  ];
}
