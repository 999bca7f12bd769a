import { inTableOrder } from '../method-names.ts';
import { judgedMethods } from '../protocols.ts';
import type { Report } from '../schema.ts';
import type { Chart } from './chart.ts';
import { drawMethodBars, type MethodBar } from './method-bars.ts';

const RARE = 'rare classes';
const FREQUENT = 'frequent classes';

/** Mean recall of the rare and of the frequent classes, by method. */
export function rareAndFrequentRecall(report: Report): Chart | undefined {
  const bars = inTableOrder(judgedMethods(report)).flatMap(
    ([method, { rareRecall, frequentRecall, margins }]) => [
      ...barOf(RARE, method, rareRecall, margins?.rareRecall),
      ...barOf(FREQUENT, method, frequentRecall, margins?.frequentRecall),
    ],
  );
  return drawMethodBars(
    {
      name: 'rare-and-frequent-recall',
      title: `Recall of rare and frequent classes (${report.verdict.protocol})`,
      caption:
        'Means. What the rare classes gain, and what the frequent ones pay. Lines: 95 % intervals, if there are several seeds.',
    },
    [RARE, FREQUENT].filter((panel) => bars.some((bar) => bar.panel === panel)),
    bars,
  );
}

function barOf(
  panel: string,
  method: MethodBar['method'],
  value: number | undefined,
  margin: number | undefined,
): MethodBar[] {
  return value === undefined ? [] : [{ panel, method, value, margin }];
}
