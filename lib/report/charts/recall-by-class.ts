import * as Plot from '@observablehq/plot';
import type { Method } from '../../evaluation/methods.ts';
import { comparedMethods, METHOD_NAMES } from '../methods.ts';
import type { Report } from '../schema.ts';
import { shortName } from '../words.ts';
import { classAxis } from './axes.ts';
import { type Chart, drawChart } from './chart.ts';
import { colour } from './colours.ts';
import { barMarks, barWords } from './method-bars.ts';

const ROW_HEIGHT = 22;

/** More columns than this would be too narrow to be read on a phone. */
const MOST_METHODS = 5;

/** Recall of each class, one column of bars a method. */
export function recallByClass(report: Report): Chart | undefined {
  const { classes, omission, tickFormat, width } = classAxis(report);
  const methods = comparedMethods(report, MOST_METHODS);
  const bars = classes.flatMap(([name]) =>
    methods.flatMap(([method, { recall, margins }]) =>
      Object.hasOwn(recall, name)
        ? [{ name, method, value: recall[name]!, margin: margins?.recall[name] }]
        : [],
    ),
  );
  if (bars.length === 0) return undefined;
  const columns = methods.map(([method]) => method);
  const place = { y: 'name', fx: 'method' };
  return drawChart(
    {
      name: 'recall-by-class',
      title: `Recall of each class (${report.verdict.protocol})`,
      description: classes
        .map(([name]) => `${shortName(name, 60)}: ${barWords(bars.filter((bar) => bar.name === name))}`)
        .join('; '),
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
      fx: { domain: columns, axis: null, padding: 0.14 },
      marks: [
        Plot.barX(bars, { ...place, x1: 0, x2: 1, fill: colour('line'), fillOpacity: 0.5 }),
        ...barMarks(bars, place),
        Plot.text(columns, {
          fx: (method: Method) => method,
          text: (method: Method) => METHOD_NAMES[method].replace(/[ ,]+/g, '\n'),
          fill: colour,
          frameAnchor: 'top-left',
          lineAnchor: 'bottom',
          dy: -6,
          fontSize: 10,
          fontWeight: 600,
        }),
      ],
    },
  );
}
