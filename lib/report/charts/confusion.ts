import * as Plot from '@observablehq/plot';
import { sum } from '../../arithmetic/sums.ts';
import type { Method } from '../../evaluation/methods.ts';
import { judgedMethods, METHOD_NAMES } from '../methods.ts';
import type { Report } from '../schema.ts';
import { shortName, whole } from '../words.ts';
import { classAxis } from './axes.ts';
import { type Chart, drawChart, WIDTH } from './chart.ts';
import { type Colour, colour } from './colours.ts';

/** More cells than this in a row would be too small to be read. */
const MOST_CLASSES = 20;
/** Figures are left out of cells that are too narrow for them. */
const MOST_CLASSES_WITH_FIGURES = 12;
/** The last column's name leans over the edge. */
const RIGHT = 54;
const LOWEST_ROW = 15;
const COLUMN_NAME_LENGTH = 12;

interface Cell {
  truth: string;
  guess: string;
  count: number;
  /** Of the records of the true class. */
  share: number;
}

/** Which class was taken for which, with one method. */
export function confusion(report: Report, method: Method): Chart | undefined {
  const matrix = judgedMethods(report)[method]?.confusion;
  const { classes, omission, tickFormat, width } = classAxis(report, MOST_CLASSES);
  const names = classes.map(([name]) => name);
  if (!matrix || names.length === 0) return undefined;
  const cells = cellsOf(matrix, names);
  const side = (WIDTH - width - RIGHT) / names.length;
  const withFigures = names.length <= MOST_CLASSES_WITH_FIGURES;
  return drawChart(
    {
      name: `confusion-${method === 'generated' ? 'generated' : 'regular'}`,
      title: `Confusion of classes: ${METHOD_NAMES[method]} (${report.verdict.protocol})`,
      description: describe(cells),
      caption: `Rows: the true class. Columns: what the classifier says. Darker: a larger share of the true class's test records${withFigures ? '; figures: records, summed over the seeds' : ''}.${omission}`,
    },
    {
      height: Math.round(names.length * Math.max(side, LOWEST_ROW)) + 116,
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
        tickFormat: (name: string) => shortName(name, COLUMN_NAME_LENGTH),
      },
      y: { domain: names, label: null, tickSize: 0, tickFormat, padding: 0.04 },
      marks: [
        Plot.cell(cells, { x: 'guess', y: 'truth', fill: ({ share }: Cell) => colour(heatOf(share)) }),
        Plot.text(
          cells.filter(({ count }) => withFigures && count > 0),
          {
            x: 'guess',
            y: 'truth',
            text: ({ count }: Cell) => whole(count),
            fontSize: 11,
            fill: ({ share }: Cell) => colour(heatOf(share) >= 'heat4' ? 'on-heat' : 'ink'),
          },
        ),
      ],
    },
  );
}

function cellsOf(
  { labels, counts }: { labels: readonly string[]; counts: readonly (readonly number[])[] },
  names: readonly string[],
): Cell[] {
  const place = new Map(labels.map((label, at) => [label, at]));
  return names.flatMap((truth) => {
    const row = counts[place.get(truth) ?? -1] ?? [];
    const total = sum(row);
    return names.map((guess) => {
      const count = row[place.get(guess) ?? -1] ?? 0;
      return { truth, guess, count, share: total === 0 ? 0 : count / total };
    });
  });
}

/** One of five equal steps above 0. */
const heatOf = (share: number) => `heat${Math.min(5, Math.ceil(share * 5))}` as Colour & `heat${number}`;

const MOST_CONFUSIONS = 5;

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
