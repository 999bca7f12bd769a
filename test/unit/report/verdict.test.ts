import assert from 'node:assert/strict';
import { buildReport } from '../../../lib/report/build-report.ts';
import type { Outcome } from '../../../lib/report/schema.ts';
import type { Method } from '../../../lib/settings/method-table.ts';
import type { Protocol } from '../../../lib/settings/settings.ts';
import { auditOf, branchOf, evaluationsOf, findingsOf } from './findings.ts';

type MacroF1 = Partial<Record<Method, number | readonly number[]>>;

const verdictOf = (...given: Parameters<typeof findingsOf>) => buildReport(findingsOf(...given)).verdict;

/** The same figures with each of two seeds, so that differences can be told. */
const twice = (macroF1: MacroF1): MacroF1 =>
  Object.fromEntries(Object.entries(macroF1).map(([method, value]) => [method, [value, value].flat()]));

const verdictBy = (protocols: Partial<Record<Protocol, MacroF1>>, change: object = {}) =>
  verdictOf(undefined, {
    evaluations: evaluationsOf(
      Object.fromEntries(Object.entries(protocols).map(([protocol, figures]) => [protocol, twice(figures)])),
      ['retail', 'printing', 'dairy'],
    ),
    ...change,
  });

describe('the verdict', () => {
  const cases: [
    what: string,
    macroF1: Partial<Record<Protocol, MacroF1>>,
    outcome: Outcome,
    recommended: Method,
    sentence: string,
  ][] = [
    [
      'generated records make the best method better',
      {
        tuned: { regular: 0.7, oversample: 0.75, generated: 0.74, generatedOversample: 0.78 },
        paper: { regular: 0.4, oversample: 0.6, generated: 0.5, generatedOversample: 0.65 },
      },
      'best',
      'generatedOversample',
      'Tune the classifier, add the generated records and oversample. Gains in macro F1 with each method tuned: tuning +0.300 ± 0.005, Oversample +0.050 ± 0.005 over Regular, generated records +0.030 ± 0.005 over Oversample. Macro F1 is 0.780 ± 0.000 with Generated + Oversample, against 0.700 ± 0.000 with Regular; the mean recall of the rare classes rises from 0.700 to 0.780.',
    ],
    [
      'tuning is worth nearly all, oversampling a little, generated records nothing',
      {
        tuned: { regular: 0.755, oversample: 0.766, generated: 0.757, generatedOversample: 0.769 },
        paper: { regular: 0.459, oversample: 0.637, generated: 0.5, generatedOversample: 0.64 },
      },
      'even',
      'oversample',
      'Tune the classifier and oversample; generated records make no difference that can be told from chance. Gains in macro F1 with each method tuned: tuning +0.296 ± 0.005, Oversample +0.011 ± 0.005 over Regular, generated records +0.003 ± 0.005 over Oversample (may be chance). Macro F1 is 0.766 ± 0.000 with Oversample, against 0.755 ± 0.000 with Regular and 0.769 ± 0.000 with Generated + Oversample; the mean recall of the rare classes rises from 0.755 to 0.766.',
    ],
    [
      'Generated + Oversample is above Regular by its oversampling alone',
      { 'equal-updates': { regular: 0.48, oversample: 0.754, generated: 0.47, generatedOversample: 0.732 } },
      'worse',
      'oversample',
      'Oversample; leave the generated records out, which cost more than they bring. Gains in macro F1 at equal updates: Oversample +0.274 ± 0.005 over Regular, generated records −0.022 ± 0.005 over Oversample. Macro F1 is 0.754 ± 0.000 with Oversample, against 0.480 ± 0.000 with Regular and 0.732 ± 0.000 with Generated + Oversample; the mean recall of the rare classes rises from 0.480 to 0.754.',
    ],
    [
      'generated records help Regular, and another method more',
      { tuned: { regular: 0.6, oversample: 0.7, weighted: 0.705, generated: 0.65 } },
      'second best',
      'weighted',
      'Weight the classes; generated records help, but not as much. Gains in macro F1 with each method tuned: Weighted +0.105 ± 0.005 over Regular, generated records +0.050 ± 0.005 over Regular. Macro F1 is 0.705 ± 0.000 with Weighted, against 0.600 ± 0.000 with Regular and 0.650 ± 0.000 with Generated; the mean recall of the rare classes rises from 0.600 to 0.705; Oversample cannot be told apart from the best without generated records.',
    ],
    [
      'generated records help Oversample, and draw level with another method',
      { tuned: { regular: 0.6, oversample: 0.65, priorAdjusted: 0.68, generatedOversample: 0.683 } },
      'even',
      'priorAdjusted',
      'Adjust the decisions by the class priors; generated records help, but make no method better than the best without them. Gains in macro F1 with each method tuned: Prior-adjusted +0.080 ± 0.005 over Regular, generated records +0.033 ± 0.005 over Oversample. Macro F1 is 0.680 ± 0.000 with Prior-adjusted, against 0.600 ± 0.000 with Regular and 0.683 ± 0.000 with Generated + Oversample; the mean recall of the rare classes rises from 0.600 to 0.680.',
    ],
    [
      'nothing can be told from Regular',
      { tuned: { regular: 0.7, undersample: 0.5, oversample: 0.702, generated: 0.698 } },
      'even',
      'regular',
      'Leave the data as it is; no balancing can be told to do better than Regular; generated records make no difference that can be told from chance. Gains in macro F1 with each method tuned: generated records −0.002 ± 0.005 over Regular (may be chance). Macro F1 is 0.700 ± 0.000 with Regular, against 0.698 ± 0.000 with Generated; Oversample cannot be told apart from the best without generated records.',
    ],
    [
      'generated records take from Regular, which is the best',
      { tuned: { regular: 0.7, oversample: 0.6, generated: 0.65 } },
      'worse',
      'regular',
      'Leave the data as it is; no balancing can be told to do better than Regular; leave the generated records out, which cost more than they bring. Gains in macro F1 with each method tuned: generated records −0.050 ± 0.005 over Regular. Macro F1 is 0.700 ± 0.000 with Regular, against 0.650 ± 0.000 with Generated.',
    ],
  ];
  for (const [what, macroF1, outcome, recommended, sentence] of cases)
    it(`is "${outcome}" where ${what}`, () => {
      const verdict = verdictBy(macroF1);
      assert.deepEqual([verdict.outcome, verdict.recommended], [outcome, recommended]);
      assert.equal(`${verdict.sentence} ${verdict.grounds}`, sentence);
    });

  it('tells nothing from one seed, whatever the figures', () => {
    const verdict = verdictOf({ regular: 0.5, oversample: 0.6, generated: 0.7 });
    assert.deepEqual([verdict.outcome, verdict.recommended], ['even', undefined]);
    assert.equal(
      `${verdict.sentence} ${verdict.grounds}`,
      'One seed cannot tell the methods apart: set evaluation.seeds to 5. In this one, at a fixed number of epochs, macro F1 is 0.600 with Oversample, against 0.500 with Regular and 0.700 with Generated.',
    );
  });

  it('gives each step with its interval', () => {
    const { steps } = verdictBy({
      paper: { regular: 0.4, oversample: 0.5, generatedOversample: 0.5 },
      tuned: { regular: 0.7, oversample: 0.75, generatedOversample: 0.78 },
    });
    assert.deepEqual(
      steps!.map(({ method, over, difference, told }) => [method, over, difference.toFixed(2), told]),
      [
        ['regular', 'regular', '0.30', true],
        ['oversample', 'regular', '0.05', true],
        ['generatedOversample', 'oversample', '0.03', true],
      ],
    );
  });

  it('does not judge generated records where every branch was skipped, whatever the figures', () => {
    const branches = ['printing', 'dairy'].map((name) =>
      branchOf(name, { state: 'skipped', filter: undefined, reason: 'OutOfMemory: too large' }),
    );
    const verdict = verdictBy({ tuned: { regular: 0.5, oversample: 0.6, generated: 0.7 } }, { branches });
    assert.deepEqual([verdict.outcome, verdict.recommended], ['not generated', 'oversample']);
    assert.equal(verdict.sentence, 'Oversample; no generated records are used.');
    assert.equal(
      verdict.cautions[0],
      '2 of 2 rare classes were skipped and stayed as they were: printing and dairy.',
    );
  });

  it('comes from the fairest protocol, and says where the published one would have said otherwise', () => {
    const published = { regular: 0.1, oversample: 0.5, generated: 0.6 };
    const fair = { regular: 0.4, oversample: 0.7, generated: 0.6 };
    const verdict = verdictBy({ paper: published, 'equal-updates': fair });
    assert.deepEqual([verdict.protocol, verdict.outcome], ['equal-updates', 'second best']);
    assert.match(
      verdict.paper!,
      /^The published protocol would have said otherwise\. Add the generated records\. Gains in macro F1 at a fixed/,
    );
    const agreed = verdictBy({ paper: fair, 'equal-updates': fair, tuned: fair });
    assert.equal(agreed.protocol, 'tuned');
    assert.equal(agreed.paper, undefined);
    const other = { regular: 0.7, oversample: 0.6, generated: 0.5 };
    assert.match(
      verdictBy({ paper: fair, tuned: other }).paper!,
      /otherwise\. Oversample; generated records help/,
    );
  });

  it('warns where generated records have more of the test than real ones have by chance', () => {
    const audit = [auditOf('printing'), auditOf('dairy')];
    const classes = [
      { name: 'retail', kind: 'frequent' as const, train: 100, test: 20 },
      { name: 'printing', kind: 'rare' as const, train: 120, test: 4 },
      { name: 'dairy', kind: 'rare' as const, train: 100, test: 3 },
    ];
    assert.equal(
      verdictOf(undefined, { classes, audit }).cautions[0],
      '20 generated records have text of a test record that their model has not read: 25 %, where 0 % of the real records have such text by chance. The test may have leaked.',
    );
    for (const each of audit) each.repeatsTest.realBeyondOthers = 25;
    assert.doesNotMatch(verdictOf(undefined, { classes, audit }).cautions.join(), /leaked/);
  });

  it('warns of methods that had many more updates than others, and of a classifier that was not tuned', () => {
    const findings = findingsOf({ regular: 0.5, generated: 0.6 });
    findings.evaluations[1]!.protocols.paper!.records = 400;
    const { cautions } = buildReport(findings).verdict;
    assert.match(cautions[0]!, /as many epochs.*100 records at the least, 400 at the most/);
    assert.match(cautions[1]!, /^The classifier was not tuned/);
    assert.deepEqual(verdictBy({ tuned: { regular: 0.5, generated: 0.6 } }).cautions, []);
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
