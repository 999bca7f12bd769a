import * as Plot from '@observablehq/plot';
import { byFrequency } from '../classes.ts';
import type { Report } from '../schema.ts';
import { shortName, whole } from '../words.ts';
import { type Chart, drawChart, panelTitles } from './chart.ts';
import { colour } from './colours.ts';

const MOST_BRANCHES = 12;
const PANEL_HEIGHT = 84;

/** Loss of each branch's fine-tuning, one panel a class with the other branches behind it. */
export function branchLosses(report: Report): Chart | undefined {
  const all = byFrequency(report).flatMap(([name, { branch }]) =>
    branch && branch.losses.length > 0 ? [{ name, losses: branch.losses }] : [],
  );
  const branches = all.slice(-MOST_BRANCHES);
  if (branches.length === 0) return undefined;
  const points = branches.flatMap(({ name, losses }) =>
    losses.map((point) => ({ ...point, name, panel: name })),
  );
  const panels = branches.map(({ name }) => name);
  const behind = panels.flatMap((panel) => points.map((point) => ({ ...point, panel })));
  const highest = Math.max(...points.map(({ loss }) => loss));
  const line = { x: 'step', y: 'loss', fy: 'panel', z: 'name' };
  return drawChart(
    {
      name: 'branch-losses',
      title: 'Loss of the fine-tuning, by class',
      description: branches
        .map(({ name, losses }) => {
          const [first, last] = [losses[0]!, losses.at(-1)!];
          return `${shortName(name, 60)}: from ${first.loss.toFixed(2)} to ${last.loss.toFixed(2)} in ${whole(last.step)} steps`;
        })
        .join('; '),
      caption: `One branch a panel; grey: the other branches.${all.length > branches.length ? ` Shown are the ${branches.length} rarest of ${all.length} classes.` : ''}`,
    },
    {
      height: panels.length * PANEL_HEIGHT + 64,
      marginLeft: 40,
      marginTop: 20,
      x: { domain: [0, Math.max(...points.map(({ step }) => step))], label: 'steps', ticks: 5 },
      y: { domain: [0, highest], nice: true, ticks: 3, grid: true, label: null },
      fy: { domain: panels, axis: null, padding: 0.3 },
      marks: [
        Plot.lineY(behind, { ...line, stroke: colour('line'), strokeWidth: 1 }),
        Plot.lineY(points, { ...line, stroke: colour('accent'), strokeWidth: 2 }),
        panelTitles(panels, 'fy', { text: (name: string) => shortName(name, 48), dy: -17 }),
      ],
    },
  );
}
