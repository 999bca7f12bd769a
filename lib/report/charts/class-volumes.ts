import * as Plot from '@observablehq/plot';
import type { Report } from '../schema.ts';
import { plural, shortName, whole } from '../words.ts';
import { classAxis, sizeAxis } from './axes.ts';
import { type Chart, drawChart } from './chart.ts';
import { colour } from './colours.ts';

const ROW_HEIGHT = 24;
/** Room for `12,345 → 97,373`. */
const NUMBERS_WIDTH = 118;

/** Training records of each class before and after balancing, on a logarithmic axis. */
export function classVolumes(report: Report): Chart | undefined {
  const { classes, omission, tickFormat, width } = classAxis(report);
  if (classes.length === 0) return undefined;
  const rows = classes.map(([name, { train, generated }]) => ({
    name,
    before: train,
    after: train + generated,
  }));
  const grown = rows.filter(({ before, after }) => after > before);
  return drawChart(
    {
      name: 'class-volumes',
      title: 'Training records of each class',
      description: rows
        .map(({ name, before, after }) =>
          after > before
            ? `${shortName(name, 60)}: ${whole(before)} before, ${whole(after)} after`
            : `${shortName(name, 60)}: ${plural(before, 'record')}`,
        )
        .join('; '),
      caption: `Hollow: before balancing. Filled: with the generated records. Logarithmic axis.${omission}`,
    },
    {
      height: rows.length * ROW_HEIGHT + 90,
      marginLeft: width,
      marginRight: NUMBERS_WIDTH,
      x: {
        ...sizeAxis(rows.flatMap(({ before, after }) => [before, after])),
        grid: true,
        label: 'records',
        labelAnchor: 'center',
      },
      y: { domain: rows.map(({ name }) => name), tickFormat, label: null, tickSize: 0 },
      marks: [
        Plot.link(grown, { x1: 'before', x2: 'after', y: 'name', stroke: colour('accent'), strokeWidth: 2 }),
        Plot.dot(rows, {
          x: 'before',
          y: 'name',
          r: 5,
          fill: colour('paper'),
          stroke: colour('quiet'),
          strokeWidth: 2,
        }),
        Plot.dot(grown, { x: 'after', y: 'name', r: 5.5, fill: colour('accent') }),
        Plot.text(rows, {
          y: 'name',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
          text: ({ before, after }: (typeof rows)[number]) =>
            after > before ? `${whole(before)} → ${whole(after)}` : whole(before),
        }),
      ],
    },
  );
}
