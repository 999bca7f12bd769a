import * as Plot from '@observablehq/plot';
import type { Method } from '../../evaluation/methods.ts';
import { inTableOrder, judgedMethods, METHOD_NAMES } from '../methods.ts';
import type { Report } from '../schema.ts';
import { figure, withMargin } from '../words.ts';
import { type Chart, type ChartWords, drawChart, panelTitles } from './chart.ts';
import { colour } from './colours.ts';

/** A bar from 0: a figure of a method, and how far it may be off. */
export interface MethodBar {
  method: Method;
  value: number;
  margin?: number | undefined;
}

const ROW_HEIGHT = 26;
/** Beyond 1, so that the figure has room beside the longest bar. */
const AXIS_END = 1.5;

/** Micro and macro F1 of each method. */
export const f1ByMethod = (report: Report): Chart | undefined =>
  drawMethodBars(
    report,
    [
      ['microF1', 'micro F1'],
      ['macroF1', 'macro F1'],
    ],
    {
      name: 'f1-by-method',
      title: `Micro and macro F1 (${report.verdict.protocol})`,
      caption:
        'Micro F1 counts every record alike, macro F1 every class. Lines: 95 % intervals, if there are several seeds.',
    },
  );

/** Mean recall of the rare and of the frequent classes, by method. */
export const rareAndFrequentRecall = (report: Report): Chart | undefined =>
  drawMethodBars(
    report,
    [
      ['rareRecall', 'rare classes'],
      ['frequentRecall', 'frequent classes'],
    ],
    {
      name: 'rare-and-frequent-recall',
      title: `Recall of rare and frequent classes (${report.verdict.protocol})`,
      caption:
        'Means. What the rare classes gain, and what the frequent ones pay. Lines: 95 % intervals, if there are several seeds.',
    },
  );

type Figure = 'microF1' | 'macroF1' | 'rareRecall' | 'frequentRecall';

/** A panel a figure side by side, and in each a bar a method with its figure and margin; undefined without bars. */
function drawMethodBars(
  report: Report,
  figures: readonly (readonly [Figure, panel: string])[],
  words: Omit<ChartWords, 'description'>,
): Chart | undefined {
  const bars = inTableOrder(judgedMethods(report)).flatMap(([method, { margins, ...result }]) =>
    figures.flatMap(([name, panel]) => {
      const value = result[name];
      return value === undefined ? [] : [{ panel, method, value, margin: margins?.[name] }];
    }),
  );
  if (bars.length === 0) return undefined;
  const panels = figures.map(([, panel]) => panel).filter((panel) => bars.some((bar) => bar.panel === panel));
  const methods = [...new Set(bars.map(({ method }) => method))];
  const place = { y: 'method', fx: 'panel' };
  return drawChart(
    {
      ...words,
      description: panels
        .map((panel) => `${panel}: ${barWords(bars.filter((bar) => bar.panel === panel))}`)
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
      fx: { domain: panels, axis: null, padding: 0.06 },
      marks: [
        ...barMarks(bars, place),
        Plot.text(bars, {
          ...place,
          x: ({ value, margin = 0 }: MethodBar) => Math.min(1, value + margin),
          text: ({ value }: MethodBar) => figure(value),
          textAnchor: 'start',
          dx: 5,
        }),
        panelTitles(panels, 'fx'),
      ],
    },
  );
}

/** What bars say, to those who do not see them. */
export const barWords = (bars: readonly MethodBar[]): string =>
  bars.map(({ method, value, margin }) => `${METHOD_NAMES[method]} ${withMargin(value, margin)}`).join(', ');

/** Bars in the colours of their methods, and their margins as lines with an edge that sets them off from any of these. */
export function barMarks(bars: readonly MethodBar[], place: { y: string; fx: string }): Plot.Markish[] {
  const uncertain = bars.filter(({ margin }) => margin !== undefined);
  const line = {
    ...place,
    x1: ({ value, margin }: MethodBar) => Math.max(0, value - margin!),
    x2: ({ value, margin }: MethodBar) => Math.min(1, value + margin!),
  };
  return [
    Plot.barX(bars, { ...place, x: 'value', fill: ({ method }: MethodBar) => colour(method) }),
    Plot.ruleY(uncertain, { ...line, stroke: colour('paper'), strokeWidth: 4 }),
    Plot.ruleY(uncertain, { ...line, stroke: colour('ink'), strokeWidth: 1.5 }),
  ];
}
