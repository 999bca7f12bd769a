import { inTableOrder } from '../method-names.ts';
import { judgedMethods } from '../protocols.ts';
import type { Report } from '../schema.ts';
import type { Chart } from './chart.ts';
import { drawMethodBars, type MethodBar } from './method-bars.ts';

/** Micro and macro F1 of each method. */
export function f1ByMethod(report: Report): Chart | undefined {
  const bars = inTableOrder(judgedMethods(report)).flatMap(
    ([method, { microF1, macroF1, margins }]): MethodBar[] => [
      { panel: 'micro F1', method, value: microF1, margin: margins?.microF1 },
      { panel: 'macro F1', method, value: macroF1, margin: margins?.macroF1 },
    ],
  );
  return drawMethodBars(
    {
      name: 'f1-by-method',
      title: `Micro and macro F1 (${report.verdict.protocol})`,
      caption:
        'Micro F1 counts every record alike, macro F1 every class. Lines: 95 % intervals, if there are several seeds.',
    },
    ['micro F1', 'macro F1'],
    bars,
  );
}
