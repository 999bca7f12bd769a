import * as Plot from '@observablehq/plot';
import type { Report } from '../schema.ts';
import { plural, shortName, whole } from '../words.ts';
import { classAxis, sizeAxis } from './axes.ts';
import { type Chart, drawChart } from './chart.ts';
import { colour } from './colours.ts';

/** Training records of each class before and after balancing, on a logarithmic axis. */
export function classVolumes(report: Report): Chart | undefined {
  const { classes, omission, tickFormat, width } = classAxis(report);
  if (classes.length === 0) return undefined;
  const rows = classes.map(([name, { train, generated }]) => ({
    name,
    before: train,
    after: train + generated,
    isGrown: generated > 0,
  }));
  const grown = rows.filter(({ isGrown }) => isGrown);
  return drawChart(
    {
      name: 'class-volumes',
      title: 'Training records of each class',
      description: rows
        .map(({ name, before, after, isGrown }) => {
          const records = isGrown
            ? `${whole(before)} before, ${whole(after)} after`
            : plural(before, 'record');
          return `${shortName(name, 60)}: ${records}`;
        })
        .join('; '),
      caption: `Hollow: before balancing. Filled: with the generated records. Logarithmic axis.${omission}`,
    },
    {
      height: rows.length * 24 + 90,
      marginLeft: width,
      // Room for `12,345 → 97,373`.
      marginRight: 118,
      x: {
        ...sizeAxis(rows.flatMap(({ before, after }) => [before, after])),
        grid: true,
        label: 'records',
        labelAnchor: 'center',
      },
      y: { domain: rows.map(({ name }) => name), tickFormat, label: null, tickSize: 0 },
      marks: [
        Plot.link(grown, {
          x1: 'before',
          x2: 'after',
          y: 'name',
          stroke: colour('accent'),
          strokeWidth: 2,
        }),
        Plot.dot(rows, { x: 'before', y: 'name', r: 5, fill: colour('paper'), stroke: colour('quiet') }),
        Plot.dot(grown, { x: 'after', y: 'name', r: 5.5, fill: colour('accent') }),
        Plot.text(rows, {
          y: 'name',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
          text: ({ before, after, isGrown }: (typeof rows)[number]) =>
            isGrown ? `${whole(before)} → ${whole(after)}` : whole(before),
        }),
      ],
    },
  );
}
