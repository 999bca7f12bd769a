import type { Report } from '../schema.ts';
import { f1ByMethod, rareAndFrequentRecall, recallByClass } from './bars.ts';
import type { Chart } from './chart.ts';
import { classVolumes } from './class-volumes.ts';
import { confusion } from './confusion.ts';
import { branchLosses, recallByClassSize } from './panels.ts';

/** Every chart for which the report has data, in the order of the page. */
export function drawCharts(report: Report): Chart[] {
  return [
    classVolumes(report),
    f1ByMethod(report),
    rareAndFrequentRecall(report),
    recallByClassSize(report),
    recallByClass(report),
    confusion(report, 'regular'),
    confusion(report, 'generated'),
    branchLosses(report),
  ].filter((chart) => chart !== undefined);
}
