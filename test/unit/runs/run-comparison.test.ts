import assert from 'node:assert/strict';
import type { MethodResult } from '../../../lib/evaluation/methods.ts';
import { runComparison } from '../../../lib/runs/run-comparison.ts';

const around = (f1: number) => ({ low: f1 - 0.25, high: f1 + 0.25 });

/** A method's result of two classes with so many of 50 records right in each. */
function result(method: MethodResult['method'], right: number): MethodResult {
  const f1 = right / 50;
  return {
    method,
    records: 100,
    microF1: f1,
    macroF1: f1,
    weightedF1: f1,
    recall: { banking: f1, printing: f1 },
    precision: {},
    f1: {},
    support: { banking: 50, printing: 50 },
    confusion: {
      labels: ['banking', 'printing'],
      counts: [
        [right, 50 - right],
        [50 - right, right],
      ],
    },
    perSeed: [],
    intervals: { microF1: around(f1), macroF1: around(f1), weightedF1: around(f1), recall: {} },
  };
}

const change = { before: 3, after: 4, added: 1, removed: 0, changed: 0, share: 0.25 };
const vocabulary = { divergence: 0, newWords: 0, goneWords: 0, risen: [], fallen: [] };
const texts = { corpus: change, classes: { printing: change }, vocabulary };
const options = { alertBelow: 0.03, keptModels: [], trainedAgain: ['printing'] };
const counted = (name: string, train: number) => ({ name, kind: 'rare' as const, train, test: 2 });

const compare = (before: number, after: number) =>
  runComparison(
    {
      runId: 'before',
      finishedAt: '2026-11-17T07:30:00Z',
      classes: [counted('printing', 3), counted('banking', 9)],
      evaluations: [result('regular', before), result('generated', before)],
    },
    { classes: [counted('printing', 4), counted('pottery', 5)], evaluations: [result('generated', after)] },
    texts,
    options,
  );

describe('the comparison of two runs', () => {
  it('puts the counts of each class side by side, those of one run alone too', () => {
    const { classes } = compare(40, 40);
    assert.deepEqual(
      classes.map(({ name, train }) => [name, train.before, train.after]),
      [
        ['printing', 3, 4],
        ['pottery', null, 5],
        ['banking', 9, null],
      ],
    );
    assert.deepEqual(classes[0]!.change, change);
  });

  it('compares the methods that both runs evaluated, with intervals', () => {
    const { methods } = compare(40, 45);
    assert.deepEqual(Object.keys(methods), ['generated']);
    const { macroF1, recall } = methods.generated!;
    assert.deepEqual([macroF1.before, macroF1.after, macroF1.change.toFixed(3)], [0.8, 0.9, '0.100']);
    assert.deepEqual(macroF1.beforeInterval, { low: 0.55, high: 1.05 });
    assert.deepEqual(recall.printing, { before: 0.8, after: 0.9 });
  });

  it('calls for attention where the macro F1 of Generated fell beyond the threshold', () => {
    assert.equal(compare(40, 39).attention, undefined);
    assert.equal(compare(40, 50).attention, undefined);
    assert.equal(
      compare(40, 38).attention,
      'the macro F1 of Generated fell from 0.800 in before to 0.760, by more than refresh.alertBelow (0.03)',
    );
  });
});
