import assert from 'node:assert/strict';
import { buildReport } from '../../../lib/report/build-report.ts';
import { verdictMethods } from '../../../lib/report/methods.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';
import { branchOf, evaluationsOf, findingsOf } from './findings.ts';

describe('the data of a report', () => {
  it('says of each class how many records it had and got, and what became of it', () => {
    const { classes } = buildReport(
      findingsOf(undefined, {
        branches: [
          branchOf('printing'),
          branchOf('dairy', { state: 'skipped', reason: 'too small', filter: undefined, losses: [] }),
        ],
      }),
    );
    const brief = Object.entries(classes).map(([name, { train, generated, state, branch }]) => [
      name,
      train,
      generated,
      state,
      branch?.reason,
    ]);
    assert.deepEqual(brief, [
      ['retail', 100, 0, 'kept', undefined],
      ['printing', 12, 40, 'partly balanced', undefined],
      ['dairy', 10, 0, 'skipped', 'too small'],
    ]);
    assert.deepEqual(classes.printing!.branch!.dropped, { degenerate: 7, copied: 3 });
  });

  it('averages recall over the rare and over the frequent classes', () => {
    const findings = findingsOf({ regular: 0.5 });
    const result = findings.evaluations[0]!.protocols.paper!;
    result.recall = { retail: 0.9, printing: 0.1, dairy: 0.3 };
    const { regular } = verdictMethods(buildReport(findings));
    assert.deepEqual([regular!.rareRecall, regular!.frequentRecall], [0.2, 0.9]);
    assert.equal(regular!.margins, undefined, 'one seed has no margin');
  });

  it('gives margins over several seeds, also of the mean recalls', () => {
    const { regular } = verdictMethods(buildReport(findingsOf({ regular: [0.5, 0.7] })));
    const margin = 1.2706;
    for (const found of [
      regular!.margins!.macroF1,
      regular!.margins!.rareRecall!,
      regular!.margins!.recall.dairy!,
    ])
      assert.ok(Math.abs(found - margin) < 1e-3, String(found));
  });

  it('has the figures of the first protocol as the result of the run has them, and those of each', () => {
    const report = buildReport(
      findingsOf(undefined, {
        evaluations: evaluationsOf({ paper: { regular: 0.5 }, tuned: { regular: 0.6 } }, ['retail']),
      }),
    );
    assert.deepEqual(report.methods, {
      regular: { microF1: 0.5, macroF1: 0.5, weightedF1: 0.5, recall: { retail: 0.5 } },
    });
    assert.equal(report.protocols.tuned!.regular!.macroF1, 0.6);
    assert.deepEqual(report.protocols.paper!.regular!.effort, { epochs: 14, learningRate: 0.05 });
  });

  it('has no recall of rare classes where there is none', () => {
    const { regular } = verdictMethods(
      buildReport(
        findingsOf({ regular: 0.5 }, { classes: [{ name: 'one', kind: 'frequent', train: 10, test: 2 }] }),
      ),
    );
    assert.equal('rareRecall' in regular!, false);
  });

  it('keeps at most 100 points of a long loss curve, as means of stretches', () => {
    const losses = Array.from({ length: 1001 }, (_, at) => ({ step: at + 1, loss: at < 11 ? 10 : 2 }));
    const { classes } = buildReport(findingsOf(undefined, { branches: [branchOf('printing', { losses })] }));
    const kept = classes.printing!.branch!.losses;
    assert.equal(kept.length, 91);
    assert.deepEqual(kept.slice(0, 2), [
      { step: 11, loss: 10 },
      { step: 22, loss: 2 },
    ]);
    assert.equal(kept.at(-1)!.step, 1001);
  });

  it('does not tell where things lie on the disk', () => {
    const settingsOf = (source: string | string[], model: string) =>
      buildReport(findingsOf(undefined, { settings: settingsSchema.parse({ source, model }) })).provenance;
    const local = settingsOf(
      ['/home/ann/a.csv', 'file:///home/ann/b.csv', 'C:\\Users\\ann\\c.csv'],
      '/home/ann/t5/',
    );
    assert.deepEqual(local.settings.source, ['a.csv', 'b.csv', 'c.csv']);
    assert.deepEqual([local.model, local.settings.model], ['t5', 't5']);
    const remote = settingsOf('s3://bucket/data/a.csv', 'google-t5/t5-base');
    assert.deepEqual([remote.settings.source, remote.model], ['s3://bucket/data/a.csv', 'google-t5/t5-base']);
  });

  it('keeps classes with names that JavaScript has other plans for', () => {
    const names = ['__proto__', 'constructor', '7'];
    const report = buildReport(
      findingsOf(undefined, {
        classes: names.map((name) => ({ name, kind: 'rare', train: 10, test: 2 })),
        evaluations: evaluationsOf({ paper: { regular: 0.5 } }, names),
        branches: names.map((name) => branchOf(name)),
      }),
    );
    const again = JSON.parse(JSON.stringify(report)) as typeof report;
    assert.deepEqual(Object.keys(again.classes).sort(), [...names].sort());
    assert.deepEqual(Object.keys(again.methods.regular!.recall).sort(), [...names].sort());
  });
});
