import assert from 'node:assert/strict';
import type { Method } from '../../../lib/evaluation/methods.ts';
import { buildReport } from '../../../lib/report/build-report.ts';
import type { Outcome } from '../../../lib/report/schema.ts';
import { branchOf, findingsOf } from './findings.ts';

type MacroF1 = Partial<Record<Method, number | number[]>>;

const verdictOf = (...given: Parameters<typeof findingsOf>) => buildReport(findingsOf(...given)).verdict;

describe('the verdict', () => {
  const cases: [what: string, macroF1: MacroF1, outcome: Outcome, sentence: string][] = [
    [
      'generated records give the best method',
      { regular: 0.571, undersample: 0.095, oversample: 0.656, generated: 0.692, generatedOversample: 0.67 },
      'best',
      'Generated records pay: Generated has the best macro F1, 0.692 against 0.656 with Oversample and 0.571 with Regular; the mean recall of the rare classes rises from 0.571 (Regular) to 0.692.',
    ],
    [
      'oversampling is better than generated records, which are better than nothing',
      { regular: 0.5, oversample: 0.656, generated: 0.6 },
      'second best',
      'Generated records help, but Oversample helps more: macro F1 is 0.600 with Generated, against 0.656 with Oversample and 0.500 with Regular; the mean recall of the rare classes rises from 0.500 (Regular) to 0.600.',
    ],
    [
      'generated records are worse than oversampling and than nothing',
      { regular: 0.5, oversample: 0.656, generated: 0.4, generatedOversample: 0.45 },
      'worse',
      'Generated records do not pay here: macro F1 is 0.450 with Generated + Oversample, against 0.656 with Oversample and 0.500 with Regular.',
    ],
    [
      'generated records are worse than nothing, which is the best',
      { regular: 0.5, oversample: 0.3, generated: 0.4 },
      'worse',
      'Generated records do not pay here: macro F1 is 0.400 with Generated, against 0.500 with Regular.',
    ],
    [
      'the figures shown are the same',
      { regular: 0.5, oversample: 0.6, generated: 0.6003 },
      'even',
      'Generated records make no difference that can be told from chance: macro F1 is 0.600 with Generated, against 0.600 with Oversample and 0.500 with Regular.',
    ],
    [
      'the seeds disagree about which is better',
      { regular: [0.5, 0.5, 0.5], oversample: [0.6, 0.64, 0.62], generated: [0.64, 0.62, 0.63] },
      'even',
      'Generated records make no difference that can be told from chance: macro F1 is 0.630 ± 0.025 with Generated, against 0.620 ± 0.050 with Oversample and 0.500 ± 0.000 with Regular.',
    ],
    [
      'each seed says the same, however far apart the seeds are',
      { regular: [0.4, 0.5, 0.6], oversample: [0.5, 0.6, 0.7], generated: [0.53, 0.63, 0.73] },
      'best',
      'Generated records pay: Generated has the best macro F1, 0.630 ± 0.248 against 0.600 ± 0.248 with Oversample and 0.500 ± 0.248 with Regular; the mean recall of the rare classes rises from 0.500 ± 0.248 (Regular) to 0.630 ± 0.248.',
    ],
  ];
  for (const [what, macroF1, outcome, sentence] of cases)
    it(`is "${outcome}" where ${what}`, () => {
      const verdict = verdictOf(macroF1);
      assert.deepEqual([verdict.outcome, verdict.sentence], [outcome, sentence]);
    });

  it('does not judge where every branch was skipped, whatever the figures', () => {
    const branches = ['printing', 'dairy'].map((name) =>
      branchOf(name, { state: 'skipped', filter: undefined, reason: 'OutOfMemory: too large' }),
    );
    const verdict = verdictOf({ regular: 0.5, oversample: 0.6, generated: 0.51 }, { branches });
    assert.equal(verdict.outcome, 'not generated');
    assert.equal(
      verdict.sentence,
      'No records were generated, so there is nothing to judge: the best method without them is Oversample, with a macro F1 of 0.600.',
    );
    assert.equal(
      verdict.cautions[0],
      '2 of 2 rare classes were skipped and stayed as they were: printing and dairy.',
    );
  });

  it('warns of a single seed, and of methods that had many more updates than others', () => {
    const findings = findingsOf({ regular: 0.5, generated: 0.6 });
    findings.evaluations[1]!.records = 400;
    const { cautions } = buildReport(findings).verdict;
    assert.match(cautions[0]!, /^Every figure is from one seed/);
    assert.match(cautions[1]!, /14 epochs.*100 records at the least, 400 at the most/);
    assert.deepEqual(verdictOf({ regular: [0.5, 0.5], generated: [0.6, 0.6] }).cautions, []);
  });

  it('names few of many skipped classes, and shortens their names', () => {
    const names = Array.from({ length: 30 }, (_, at) => `${'x'.repeat(300)} ${at}`);
    const { cautions } = verdictOf(undefined, {
      classes: names.map((name) => ({ name, kind: 'rare', train: 10, test: 2 })),
      branches: names.map((name) => branchOf(name, { state: 'skipped', filter: undefined })),
    });
    assert.match(cautions[0]!, /and 22 more\.$/);
    assert.ok(cautions[0]!.length < 500);
  });
});
