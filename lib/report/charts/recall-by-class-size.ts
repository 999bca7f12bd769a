import * as Plot from '@observablehq/plot';
import { byFrequency } from '../classes.ts';
import { comparedMethods, METHOD_NAMES } from '../methods.ts';
import type { Report } from '../schema.ts';
import { figure } from '../words.ts';
import { sizeAxis } from './axes.ts';
import { type Chart, drawChart, panelTitles } from './chart.ts';
import { colour } from './colours.ts';

const PANEL_HEIGHT = 118;
/** A panel each: more of them make a chart that no page holds. */
const MOST_METHODS = 6;

/** Recall of each class against the logarithm of its size, one panel a method with Regular behind it. */
export function recallByClassSize(report: Report): Chart | undefined {
  const sizes = byFrequency(report).map(([name, { train }]) => ({ name, train }));
  const methods = comparedMethods(report, MOST_METHODS);
  if (sizes.length === 0 || methods.length === 0) return undefined;
  const points = methods.flatMap(([method, { recall }]) =>
    sizes
      .filter(({ name }) => Object.hasOwn(recall, name))
      .map(({ name, train }) => ({ panel: METHOD_NAMES[method], method, train, recall: recall[name]! })),
  );
  const panels = methods.map(([method]) => METHOD_NAMES[method]);
  const regular = points.filter(({ method }) => method === 'regular');
  const behind = panels.flatMap((panel) => regular.map((point) => ({ ...point, panel })));
  const line = { x: 'train', y: 'recall', fy: 'panel', z: 'panel' };
  return drawChart(
    {
      name: 'recall-by-class-size',
      title: `Recall against class size (${report.verdict.protocol})`,
      description: methods
        .map(([method, { rareRecall, frequentRecall }]) => {
          const means = [
            ...(rareRecall === undefined ? [] : [`${figure(rareRecall)} over the rare classes`]),
            ...(frequentRecall === undefined ? [] : [`${figure(frequentRecall)} over the frequent ones`]),
          ];
          return `${METHOD_NAMES[method]}: mean recall ${means.join(', ')}`;
        })
        .join('; '),
      caption:
        'One dot a class, by its training records before balancing (logarithmic). Grey behind each method: Regular.',
    },
    {
      height: panels.length * PANEL_HEIGHT + 60,
      marginLeft: 40,
      marginTop: 20,
      x: { ...sizeAxis(sizes.map(({ train }) => train)), label: 'training records before balancing' },
      y: { domain: [0, 1], ticks: 2, grid: true, label: null },
      fy: { domain: panels, axis: null, padding: 0.24 },
      marks: [
        Plot.lineY(behind, { ...line, stroke: colour('line'), strokeWidth: 1.5 }),
        Plot.dot(behind, { x: 'train', y: 'recall', fy: 'panel', r: 3, fill: colour('line') }),
        Plot.lineY(points, { ...line, stroke: ({ method }) => colour(method), strokeWidth: 1.5 }),
        Plot.dot(points, {
          x: 'train',
          y: 'recall',
          fy: 'panel',
          r: 4,
          fill: ({ method }) => colour(method),
        }),
        panelTitles(panels, 'fy', { fill: methods.map(([method]) => colour(method)) }),
      ],
    },
  );
}
