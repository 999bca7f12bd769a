/** The charts of bars: a row a method or a class, and in each column a bar from 0 with its margin. */
import * as Plot from '@observablehq/plot';
import type { Method } from '../../settings/method-table.ts';
import { comparedMethods, inTableOrder, METHOD_NAMES, verdictMethods } from '../methods.ts';
import type { Report } from '../schema.ts';
import { figure, shortName, withMargin } from '../words.ts';
import { classAxis } from './axes.ts';
import { type Chart, type ChartWords, drawChart, panelTitles } from './chart.ts';
import { colour } from './colours.ts';

interface Bar {
  row: string;
  column: string;
  method: Method;
  value: number;
  margin: number | undefined;
}

const PLACE = { y: 'row', fx: 'column' };
const ROW_HEIGHT = 24;

/** Micro and macro F1 of each method. */
export const f1ByMethod = (report: Report): Chart | undefined =>
  drawMethodBars(report, ['microF1', 'macroF1'], ['micro F1', 'macro F1'], {
    name: 'f1-by-method',
    title: `Micro and macro F1 (${report.verdict.protocol})`,
    caption:
      'Micro F1 counts every record alike, macro F1 every class. Lines: 95 % intervals, if there are several seeds.',
  });

/** Mean recall of the rare and of the frequent classes, by method. */
export const rareAndFrequentRecall = (report: Report): Chart | undefined =>
  drawMethodBars(report, ['rareRecall', 'frequentRecall'], ['rare classes', 'frequent classes'], {
    name: 'rare-and-frequent-recall',
    title: `Recall of rare and frequent classes (${report.verdict.protocol})`,
    caption:
      'Means. What the rare classes gain, and what the frequent ones pay. Lines: 95 % intervals, if there are several seeds.',
  });

function drawMethodBars(
  report: Report,
  figures: readonly ('microF1' | 'macroF1' | 'rareRecall' | 'frequentRecall')[],
  columns: readonly string[],
  words: Omit<ChartWords, 'description'>,
): Chart | undefined {
  const bars = inTableOrder(verdictMethods(report)).flatMap(([method, { margins, ...result }]) =>
    figures.flatMap((name, at): Bar[] => {
      const value = result[name];
      if (value === undefined) return [];
      return [{ row: method, column: columns[at]!, method, value, margin: margins?.[name] }];
    }),
  );
  const panels = columns.filter((column) => bars.some((bar) => bar.column === column));
  const description = panels.map(
    (panel) => `${panel}: ${barWords(bars.filter(({ column }) => column === panel))}`,
  );
  return drawBars({ ...words, description: description.join('; ') }, bars, {
    marginLeft: 186,
    marginTop: 24,
    // Beyond 1, so that the figure has room beside the longest bar.
    x: { domain: [0, 1.5] },
    y: { tickFormat: (method: Method) => METHOD_NAMES[method] },
    marks: [
      Plot.text(bars, {
        ...PLACE,
        x: ({ value, margin = 0 }: Bar) => Math.min(1, value + margin),
        text: ({ value }: Bar) => figure(value),
        textAnchor: 'start',
        dx: 5,
      }),
      panelTitles(panels, 'fx'),
    ],
  });
}

/** More columns than this would be too narrow to be read on a phone. */
const MOST_METHODS = 5;

/** Recall of each class, one column of bars a method. */
export function recallByClass(report: Report): Chart | undefined {
  const { classes, omission, tickFormat, width } = classAxis(report);
  const methods = comparedMethods(report, MOST_METHODS);
  const barsOf = (name: string) =>
    methods.flatMap(([method, { recall, margins }]): Bar[] =>
      Object.hasOwn(recall, name)
        ? [{ row: name, column: method, method, value: recall[name]!, margin: margins?.recall[name] }]
        : [],
    );
  const bars = classes.flatMap(([name]) => barsOf(name));
  return drawBars(
    {
      name: 'recall-by-class',
      title: `Recall of each class (${report.verdict.protocol})`,
      description: classes.map(([name]) => `${shortName(name, 60)}: ${barWords(barsOf(name))}`).join('; '),
      caption: `A full column is a recall of 1. Lines: 95 % intervals, if there are several seeds.${omission}`,
    },
    bars,
    {
      marginLeft: width,
      marginTop: 60,
      x: { domain: [0, 1] },
      y: { tickFormat },
      marks: [
        Plot.barX(bars, { ...PLACE, x1: 0, x2: 1, fill: colour('line'), fillOpacity: 0.5 }),
        panelTitles(
          methods.map(([method]) => method),
          'fx',
          {
            text: (method: Method) => METHOD_NAMES[method].replace(/[ ,]+/g, '\n'),
            fill: colour,
            lineAnchor: 'bottom',
            dy: -6,
            fontSize: 10,
          },
        ),
      ],
    },
  );
}

const barWords = (bars: readonly Bar[]): string =>
  bars.map(({ method, value, margin }) => `${METHOD_NAMES[method]} ${withMargin(value, margin)}`).join(', ');

/** Bars in the colours of their methods, margins with an edge that sets them off from any; undefined without bars. */
function drawBars(words: ChartWords, bars: readonly Bar[], options: Plot.PlotOptions): Chart | undefined {
  if (bars.length === 0) return undefined;
  const uncertain = bars.filter(({ margin }) => margin !== undefined);
  const line = {
    ...PLACE,
    x1: ({ value, margin }: Bar) => Math.max(0, value - margin!),
    x2: ({ value, margin }: Bar) => Math.min(1, value + margin!),
  };
  const rows = [...new Set(bars.map(({ row }) => row))];
  return drawChart(words, {
    ...options,
    height: rows.length * ROW_HEIGHT + options.marginTop! + 46,
    marginRight: 4,
    marginBottom: 12,
    x: { ...options.x, axis: null },
    y: { ...options.y, domain: rows, label: null, tickSize: 0, padding: 0.28 },
    fx: { domain: [...new Set(bars.map(({ column }) => column))], axis: null, padding: 0.1 },
    marks: [
      ...options.marks!,
      Plot.barX(bars, { ...PLACE, x: 'value', fill: ({ method }: Bar) => colour(method) }),
      Plot.ruleY(uncertain, { ...line, stroke: colour('paper'), strokeWidth: 4 }),
      Plot.ruleY(uncertain, { ...line, stroke: colour('ink'), strokeWidth: 1.5 }),
    ],
  });
}
