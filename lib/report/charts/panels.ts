/** The charts of panels, one below the other: in each a line, and behind it in grey what it is compared with. */
import * as Plot from '@observablehq/plot';
import { byFrequency } from '../classes.ts';
import { comparedMethods, METHOD_NAMES } from '../methods.ts';
import type { Report } from '../schema.ts';
import { figure, shortName, whole } from '../words.ts';
import { sizeAxis } from './axes.ts';
import { type Chart, type ChartWords, drawChart, panelTitles } from './chart.ts';
import { colour } from './colours.ts';

interface Panel {
  title: string;
  colour: string;
  points: readonly { x: number; y: number }[];
}

/** A panel each: more of them make a chart that no page holds. */
const MOST_METHODS = 6;

/** Recall of each class against the logarithm of its size, one panel a method with Regular behind it. */
export function recallByClassSize(report: Report): Chart | undefined {
  const sizes = byFrequency(report).map(([name, { train }]) => ({ name, train }));
  const methods = comparedMethods(report, MOST_METHODS);
  if (sizes.length === 0 || methods.length === 0) return undefined;
  const panels = methods.map(([method, { recall }]) => ({
    title: METHOD_NAMES[method],
    colour: colour(method),
    points: sizes
      .filter(({ name }) => Object.hasOwn(recall, name))
      .map(({ name, train }) => ({ x: train, y: recall[name]! })),
  }));
  const meanRecall = (value: number | undefined, of: string) =>
    value === undefined ? [] : [`${figure(value)} over the ${of}`];
  return drawPanels(
    {
      name: 'recall-by-class-size',
      title: `Recall against class size (${report.verdict.protocol})`,
      description: methods
        .map(([method, { rareRecall, frequentRecall }]) => {
          const means = [
            ...meanRecall(rareRecall, 'rare classes'),
            ...meanRecall(frequentRecall, 'frequent ones'),
          ];
          return `${METHOD_NAMES[method]}: mean recall ${means.join(', ')}`;
        })
        .join('; '),
      caption:
        'One dot a class, by its training records before balancing (logarithmic). Grey behind each method: Regular.',
    },
    panels,
    panels.filter(({ title }) => title === METHOD_NAMES.regular),
    {
      x: { ...sizeAxis(sizes.map(({ train }) => train)), label: 'training records before balancing' },
      y: { domain: [0, 1], ticks: 2 },
      r: 4,
    },
  );
}

const MOST_BRANCHES = 12;

/** Loss of each branch's fine-tuning, one panel a class with the other branches behind it. */
export function branchLosses(report: Report): Chart | undefined {
  const all = byFrequency(report).flatMap(([name, { branch }]) =>
    branch && branch.losses.length > 0 ? [{ name: shortName(name, 60), losses: branch.losses }] : [],
  );
  const branches = all.slice(-MOST_BRANCHES);
  if (branches.length === 0) return undefined;
  const panels = branches.map(({ name, losses }) => ({
    title: name,
    colour: colour('accent'),
    points: losses.map(({ step, loss }) => ({ x: step, y: loss })),
  }));
  return drawPanels(
    {
      name: 'branch-losses',
      title: 'Loss of the fine-tuning, by class',
      description: branches
        .map(({ name, losses }) => {
          const [first, last] = [losses[0]!, losses.at(-1)!];
          return `${name}: from ${first.loss.toFixed(2)} to ${last.loss.toFixed(2)} in ${whole(last.step)} steps`;
        })
        .join('; '),
      caption: `One branch a panel; grey: the other branches.${all.length > branches.length ? ` Shown are the ${branches.length} rarest of ${all.length} classes.` : ''}`,
    },
    panels,
    panels,
    { x: { label: 'steps', ticks: 5 }, y: { zero: true, nice: true, ticks: 3 }, r: 0 },
  );
}

const PANEL_HEIGHT = 104;

function drawPanels(
  words: ChartWords,
  panels: readonly Panel[],
  behind: readonly Panel[],
  { x, y, r }: Pick<Plot.PlotOptions, 'x' | 'y'> & { r: number },
): Chart {
  // Panels by number, since two classes may be shown by the same name.
  const numbers = [...panels.keys()];
  const points = panels.flatMap(({ points, ...panel }, number) =>
    points.map((point) => ({ ...point, ...panel, number })),
  );
  const grey = numbers.flatMap((number) =>
    behind.flatMap(({ points }, line) => points.map((point) => ({ ...point, number, line }))),
  );
  const [dots, greyDots] = r > 0 ? [points, grey] : [[], []];
  const place = { x: 'x', y: 'y', fy: 'number' };
  return drawChart(words, {
    height: panels.length * PANEL_HEIGHT + 60,
    marginLeft: 40,
    marginTop: 20,
    x,
    y: { ...y, grid: true, label: null },
    fy: { domain: numbers, axis: null, padding: 0.26 },
    marks: [
      Plot.lineY(grey, { ...place, z: 'line', stroke: colour('line'), strokeWidth: 1.5 }),
      Plot.dot(greyDots, { ...place, r: 0.75 * r, fill: colour('line') }),
      Plot.lineY(points, { ...place, z: 'number', stroke: (each: Panel) => each.colour, strokeWidth: 2 }),
      Plot.dot(dots, { ...place, r, fill: (each: Panel) => each.colour }),
      panelTitles(numbers, 'fy', {
        text: (number: number) => shortName(panels[number]!.title, 48),
        fill: (number: number) => panels[number]!.colour,
      }),
    ],
  });
}
