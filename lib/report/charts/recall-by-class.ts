import * as Plot from '@observablehq/plot';
import type { Method } from '../../evaluation/methods.ts';
import { METHOD_NAMES } from '../method-names.ts';
import { comparedMethods } from '../protocols.ts';
import type { Report } from '../schema.ts';
import { shortName, withMargin } from '../words.ts';
import { classAxis } from './axes.ts';
import { type Chart, drawChart } from './chart.ts';
import { colour, methodColour } from './colours.ts';
import { marginLines } from './method-bars.ts';

const ROW_HEIGHT = 22;

/** More columns than this would be too narrow to be read on a phone. */
const MOST_METHODS = 5;

interface Bar {
  name: string;
  method: Method;
  value: number;
  margin: number | undefined;
}

/** Recall of each class, one column of bars a method. */
export function recallByClass(report: Report): Chart | undefined {
  const { classes, omission, tickFormat, width } = classAxis(report);
  const methods = comparedMethods(report, MOST_METHODS);
  const bars = classes.flatMap(([name]) =>
    methods.flatMap(([method, { recall, margins }]): Bar[] =>
      Object.hasOwn(recall, name)
        ? [{ name, method, value: recall[name]!, margin: margins?.recall[name] }]
        : [],
    ),
  );
  if (bars.length === 0) return undefined;
  return drawChart(
    {
      name: 'recall-by-class',
      title: `Recall of each class (${report.verdict.protocol})`,
      description: classes.map(([name]) => describeClass(name, bars)).join('; '),
      caption: `A full column is a recall of 1. Lines: 95 % intervals, if there are several seeds.${omission}`,
    },
    {
      height: classes.length * ROW_HEIGHT + 112,
      marginLeft: width,
      marginRight: 4,
      marginBottom: 8,
      marginTop: 60,
      x: { domain: [0, 1], axis: null },
      y: { domain: classes.map(([name]) => name), tickFormat, label: null, tickSize: 0, padding: 0.3 },
      fx: { domain: methods.map(([method]) => method), axis: null, padding: 0.14 },
      marks: marksOf(
        bars,
        methods.map(([method]) => method),
      ),
    },
  );
}

function marksOf(bars: readonly Bar[], methods: readonly Method[]): Plot.Markish[] {
  const place = { y: 'name', fx: 'method' };
  return [
    Plot.barX(bars, { ...place, x1: 0, x2: 1, fill: colour('line'), fillOpacity: 0.5 }),
    Plot.barX(bars, { ...place, x: 'value', fill: ({ method }: Bar) => methodColour(method) }),
    ...marginLines(
      bars.filter(({ margin }) => margin !== undefined),
      {
        ...place,
        x1: ({ value, margin }: Bar) => Math.max(0, value - margin!),
        x2: ({ value, margin }: Bar) => Math.min(1, value + margin!),
      },
    ),
    Plot.text(methods, {
      fx: (method: Method) => method,
      text: (method: Method) => METHOD_NAMES[method].replace(/[ ,]+/g, '\n'),
      fill: methodColour,
      frameAnchor: 'top-left',
      lineAnchor: 'bottom',
      dy: -6,
      fontSize: 11,
      fontWeight: 600,
    }),
  ];
}

function describeClass(name: string, bars: readonly Bar[]): string {
  const figures = bars
    .filter((bar) => bar.name === name)
    .map(({ method, value, margin }) => `${METHOD_NAMES[method]} ${withMargin(value, margin)}`);
  return `${shortName(name, 60)}: ${figures.join(', ')}`;
}
