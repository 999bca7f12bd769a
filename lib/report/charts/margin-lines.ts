import * as Plot from '@observablehq/plot';
import { colour } from './colours.ts';

/** The lines that show an interval, with an edge that sets them off from a bar of any colour. */
export function marginLines<T>(data: readonly T[], options: Plot.RuleYOptions): Plot.Markish[] {
  return [
    Plot.ruleY(data as T[], { ...options, stroke: colour('paper'), strokeWidth: 4 }),
    Plot.ruleY(data as T[], { ...options, stroke: colour('ink'), strokeWidth: 1.5 }),
  ];
}
