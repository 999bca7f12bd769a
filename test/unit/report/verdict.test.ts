import assert from 'node:assert/strict';
import type { Method } from '../../../lib/evaluation/methods.ts';
import { buildReport } from '../../../lib/report/build-report.ts';
import type { Outcome } from '../../../lib/report/schema.ts';
import { auditOf, branchOf, evaluationsOf, findingsOf } from './findings.ts';

type MacroF1 = Partial<Record<Method, number | readonly number[]>>;

const verdictOf = (...given: Parameters<typeof findingsOf>) => buildReport(findingsOf(...given)).verdict;

describe('the verdict', () => {
  const cases: [what: string, macroF1: MacroF1, outcome: Outcome, sentence: string][] = [
    [
      'generated records give the best method',
      { regular: 0.571, undersample: 0.095, oversample: 0.656, generated: 0.692, generatedOversample: 0.67 },
      'best',
      'Generated records pay: at a fixed number of epochs, Generated has the best macro F1, 0.692 against 0.656 with Oversample and 0.571 with Regular; the mean recall of the rare classes rises from 0.571 (Regular) to 0.692.',
    ],
    [
      'oversampling is better than generated records, which are better than nothing',
      { regular: 0.5, oversample: 0.656, generated: 0.6 },
      'second best',
      'Generated records help, but Oversample helps more: at a fixed number of epochs, macro F1 is 0.600 with Generated, against 0.656 with Oversample and 0.500 with Regular; the mean recall of the rare classes rises from 0.500 (Regular) to 0.600.',
    ],
    [
      'generated records are worse than oversampling and than nothing',
      { regular: 0.5, oversample: 0.656, generated: 0.4, generatedOversample: 0.45 },
      'worse',
      'Generated records do not pay here: at a fixed number of epochs, macro F1 is 0.450 with Generated + Oversample, against 0.656 with Oversample and 0.500 with Regular.',
    ],
    [
      'generated records are behind oversampling, and not told apart from nothing',
      { regular: 0.5, oversample: 0.656, generated: 0.505 },
      'worse',
      'Generated records do not pay here: at a fixed number of epochs, macro F1 is 0.505 with Generated, against 0.656 with Oversample and 0.500 with Regular.',
    ],
    [
      'generated records are worse than nothing, which is the best',
      { regular: 0.5, oversample: 0.3, generated: 0.4 },
      'worse',
      'Generated records do not pay here: at a fixed number of epochs, macro F1 is 0.400 with Generated, against 0.500 with Regular.',
    ],
    [
      'the test does not tell the best methods apart',
      { regular: [0.5, 0.5, 0.5], oversample: [0.6, 0.64, 0.62], generated: [0.64, 0.62, 0.618] },
      'even',
      'Generated records make no difference that can be told from chance: at a fixed number of epochs, macro F1 is 0.626 ± 0.030 with Generated, against 0.620 ± 0.050 with Oversample and 0.500 ± 0.000 with Regular.',
    ],
  ];
  for (const [what, macroF1, outcome, sentence] of cases)
    it(`is "${outcome}" where ${what}`, () => {
      const verdict = verdictOf(macroF1);
      assert.deepEqual([verdict.outcome, verdict.sentence], [outcome, sentence]);
    });

  it('says so where the rare classes gained nothing or lost by it', () => {
    const withRecall = (rare: number) => {
      const findings = findingsOf({ regular: 0.5, generated: 0.6 });
      for (const [at, recall] of [0.3, rare].entries())
        findings.evaluations[at]!.protocols.paper!.recall = { retail: 0.9, printing: recall, dairy: recall };
      return buildReport(findings).verdict.sentence;
    };
    assert.match(withRecall(0.3), /; the mean recall of the rare classes stays at 0\.300\.$/);
    assert.match(
      withRecall(0.2),
      /; the mean recall of the rare classes falls from 0\.300 \(Regular\) to 0\.200\.$/,
    );
  });

  it('does not judge where every branch was skipped, whatever the figures', () => {
    const branches = ['printing', 'dairy'].map((name) =>
      branchOf(name, { state: 'skipped', filter: undefined, reason: 'OutOfMemory: too large' }),
    );
    const verdict = verdictOf({ regular: 0.5, oversample: 0.6, generated: 0.51 }, { branches });
    assert.equal(verdict.outcome, 'not generated');
    assert.equal(
      verdict.sentence,
      'No records were generated, so there is nothing to judge: at a fixed number of epochs, Oversample has the best macro F1 of the methods without them, 0.600; Regular is behind it.',
    );
    assert.equal(
      verdict.cautions[0],
      '2 of 2 rare classes were skipped and stayed as they were: printing and dairy.',
    );
  });

  it('comes from the fairest protocol, and says where the published one would have said otherwise', () => {
    const names = ['retail', 'printing', 'dairy'];
    const published = { regular: 0.1, oversample: 0.5, generated: 0.6 };
    const fair = { regular: 0.4, oversample: 0.7, generated: 0.6 };
    const verdict = verdictOf(undefined, {
      evaluations: evaluationsOf({ paper: published, 'equal-updates': fair }, names),
    });
    assert.deepEqual([verdict.protocol, verdict.outcome], ['equal-updates', 'second best']);
    assert.match(verdict.sentence, /: at equal updates, macro F1 is 0\.600 with Generated, against 0\.700/);
    assert.match(
      verdict.paper!,
      /^The published protocol would have said otherwise\. Generated records pay: at a fixed number/,
    );
    const agreed = verdictOf(undefined, {
      evaluations: evaluationsOf({ paper: fair, 'equal-updates': fair, tuned: fair }, names),
    });
    assert.equal(agreed.protocol, 'tuned');
    assert.equal(agreed.paper, undefined);
  });

  it('says otherwise where the published protocol has another method first, by more than chance', () => {
    const names = ['retail', 'printing', 'dairy'];
    const paperOf = (paper: MacroF1, tuned: MacroF1) =>
      verdictOf(undefined, { evaluations: evaluationsOf({ paper, tuned }, names) }).paper;
    const tuned = { regular: 0.7, oversample: 0.6, generated: 0.5 };
    assert.match(
      paperOf({ regular: 0.6, oversample: 0.7, generated: 0.5 }, tuned)!,
      /otherwise\. Generated records do not pay here: .* against 0\.700 with Oversample/,
    );
    const noise = { regular: 0.605, oversample: 0.604, generated: 0.601 };
    assert.equal(paperOf({ ...noise, generated: 0.606 }, noise), undefined);
  });

  it('ranks the methods without generated records where there are none', () => {
    const { sentence } = verdictOf(
      { regular: 0.6, undersample: 0.2, oversample: 0.605, generated: 0.6 },
      { branches: [] },
    );
    assert.match(
      sentence,
      /: at a fixed number of epochs, Oversample has the best macro F1 of the methods without them, 0\.605; Undersample is behind it; Regular cannot be told apart from it\.$/,
    );
  });

  it('warns where the test has leaked into generated records', () => {
    const { cautions } = verdictOf(undefined, { audit: [auditOf('printing'), auditOf('dairy')] });
    assert.match(cautions[0]!, /^2 generated records repeat a passage of a test record/);
  });

  it('warns of a single seed, and of methods that had many more updates than others', () => {
    const findings = findingsOf({ regular: 0.5, generated: 0.6 });
    findings.evaluations[1]!.protocols.paper!.records = 400;
    const { cautions } = buildReport(findings).verdict;
    assert.match(cautions[0]!, /^Every figure is from one seed/);
    assert.match(cautions[1]!, /as many epochs.*100 records at the least, 400 at the most/);
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
