import * as Plot from '@observablehq/plot';
import { sum } from '../../arithmetic/sums.ts';
import { METHOD_NAMES, verdictMethods } from '../methods.ts';
import type { Report } from '../schema.ts';
import { shortName, whole } from '../words.ts';
import { classAxis } from './axes.ts';
import { type Chart, drawChart, WIDTH } from './chart.ts';
import { colour } from './colours.ts';

/** Of more classes the cells would be too narrow for their figures. */
const MOST_CLASSES = 12;
/** The last column's name leans over the edge. */
const RIGHT = 54;
const MOST_CONFUSIONS = 5;

interface Cell {
  truth: string;
  guess: string;
  count: number;
  share: number;
}

/** Which class was taken for which, with one method. */
export function confusion(report: Report, method: 'regular' | 'generated'): Chart | undefined {
  const matrix = verdictMethods(report)[method]?.confusion;
  const { classes, omission, tickFormat, width } = classAxis(report, MOST_CLASSES);
  const names = classes.map(([name]) => name);
  if (!matrix || names.length === 0) return undefined;
  const cells = names.flatMap((truth): Cell[] => {
    const row = matrix.counts[matrix.labels.indexOf(truth)] ?? [];
    return names.map((guess) => {
      const count = row[matrix.labels.indexOf(guess)] ?? 0;
      return { truth, guess, count, share: count / Math.max(1, sum(row)) };
    });
  });
  const place = { x: 'guess', y: 'truth' };
  return drawChart(
    {
      name: `confusion-${method}`,
      title: `Confusion of classes: ${METHOD_NAMES[method]} (${report.verdict.protocol})`,
      description: describe(cells),
      caption: `Rows: the true class. Columns: what the classifier says. Darker: a larger share of the true class's test records; figures: records, summed over the seeds.${omission}`,
    },
    {
      height: WIDTH - width - RIGHT + 116,
      marginLeft: width,
      marginRight: RIGHT,
      marginTop: 76,
      marginBottom: 6,
      x: {
        domain: names,
        axis: 'top',
        tickRotate: -40,
        tickSize: 0,
        label: null,
        padding: 0.04,
        tickFormat: (name: string) => shortName(name, 12),
      },
      y: { domain: names, label: null, tickSize: 0, tickFormat, padding: 0.04 },
      marks: [
        // No darker than half, so that the figures can be read.
        Plot.cell(cells, {
          ...place,
          fill: colour('accent'),
          fillOpacity: ({ share }: Cell) => 0.04 + 0.46 * share,
        }),
        Plot.text(
          cells.filter(({ count }) => count > 0),
          { ...place, text: ({ count }: Cell) => whole(count), fontSize: 11 },
        ),
      ],
      opacity: { type: 'identity' },
    },
  );
}

function describe(cells: readonly Cell[]): string {
  const errors = cells
    .filter(({ truth, guess, count }) => truth !== guess && count > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_CONFUSIONS);
  if (errors.length === 0) return 'No record is taken for one of another class.';
  const phrases = errors.map(
    ({ truth, guess, share }) =>
      `${Math.round(share * 100)} % of ${shortName(truth, 60)} for ${shortName(guess, 60)}`,
  );
  return `Most often mistaken: ${phrases.join('; ')}`;
}
