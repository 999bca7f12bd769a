import * as Plot from '@observablehq/plot';
import type { Method } from '../../evaluation/methods.ts';
import { inTableOrder, METHOD_NAMES } from '../method-names.ts';
import { judgedMethods } from '../protocols.ts';
import type { Report } from '../schema.ts';
import { figure, withMargin } from '../words.ts';
import { type Chart, type ChartWords, drawChart, PANEL_TITLE } from './chart.ts';
import { colour, methodColour } from './colours.ts';

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
      ...PANEL_TITLE,
    }),
  ];
}

/** The lines that show an interval, with an edge that sets them off from a bar of any colour. */
export function marginLines<T>(data: readonly T[], options: Plot.RuleYOptions): Plot.Markish[] {
  return [
    Plot.ruleY(data as T[], { ...options, stroke: colour('paper'), strokeWidth: 4 }),
    Plot.ruleY(data as T[], { ...options, stroke: colour('ink'), strokeWidth: 1.5 }),
  ];
}

/** Micro and macro F1 of each method. */
export function f1ByMethod(report: Report): Chart | undefined {
  const bars = inTableOrder(judgedMethods(report)).flatMap(
    ([method, { microF1, macroF1, margins }]): MethodBar[] => [
      { panel: 'micro F1', method, value: microF1, margin: margins?.microF1 },
      { panel: 'macro F1', method, value: macroF1, margin: margins?.macroF1 },
    ],
  );
  return drawMethodBars(
    {
      name: 'f1-by-method',
      title: `Micro and macro F1 (${report.verdict.protocol})`,
      caption:
        'Micro F1 counts every record alike, macro F1 every class. Lines: 95 % intervals, if there are several seeds.',
    },
    ['micro F1', 'macro F1'],
    bars,
  );
}

const RARE = 'rare classes';
const FREQUENT = 'frequent classes';

/** Mean recall of the rare and of the frequent classes, by method. */
export function rareAndFrequentRecall(report: Report): Chart | undefined {
  const bars = inTableOrder(judgedMethods(report)).flatMap(
    ([method, { rareRecall, frequentRecall, margins }]) => [
      ...barOf(RARE, method, rareRecall, margins?.rareRecall),
      ...barOf(FREQUENT, method, frequentRecall, margins?.frequentRecall),
    ],
  );
  return drawMethodBars(
    {
      name: 'rare-and-frequent-recall',
      title: `Recall of rare and frequent classes (${report.verdict.protocol})`,
      caption:
        'Means. What the rare classes gain, and what the frequent ones pay. Lines: 95 % intervals, if there are several seeds.',
    },
    [RARE, FREQUENT].filter((panel) => bars.some((bar) => bar.panel === panel)),
    bars,
  );
}

function barOf(
  panel: string,
  method: MethodBar['method'],
  value: number | undefined,
  margin: number | undefined,
): MethodBar[] {
  return value === undefined ? [] : [{ panel, method, value, margin }];
}
