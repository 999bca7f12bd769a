import assert from 'node:assert/strict';
import { buildReport } from '../../../lib/report/build-report.ts';
import { reportPage } from '../../../lib/report/report-page.ts';
import { reportSchema } from '../../../lib/report/schema.ts';
import type { RunComparison } from '../../../lib/runs/run-comparison-schema.ts';
import { parseDocument } from './document.ts';
import { findingsOf } from './findings.ts';

const change = { before: 100, after: 103, added: 5, removed: 2, changed: 1, share: 0.0762 };
const figures = {
  before: 0.7,
  after: 0.6,
  change: -0.1,
  beforeInterval: { low: 0.65, high: 0.75 },
  afterInterval: { low: 0.55, high: 0.65 },
};
const previousRun: RunComparison = {
  previous: { runId: 'pages-2026-11-17', finishedAt: '2026-11-17T07:30:00Z' },
  classes: [
    { name: 'printing', train: { before: 10, after: 12 }, test: { before: 3, after: 4 }, change },
    { name: '<b>dairy</b>', train: { before: null, after: 10 }, test: { before: null, after: 3 } },
  ],
  methods: { generated: { microF1: figures, macroF1: figures, recall: {} } },
  corpus: change,
  vocabulary: {
    divergence: 0.012,
    newWords: 0.02,
    goneWords: 0,
    risen: [{ word: 'zeppelins', before: 0, after: 0.02 }],
    fallen: [],
  },
  keptModels: ['printing'],
  trainedAgain: [],
  attention: 'the macro F1 of Generated fell',
};

describe('the report of a dataset that was balanced before', () => {
  const report = buildReport(findingsOf(undefined, { previousRun }));
  const section = parseDocument(reportPage(report, [])).querySelector('#previous-run')!;

  it('is as its schema says', () => assert.deepEqual(reportSchema.parse(report), report));

  it('says what changed, what was kept, and what somebody should look at', () => {
    const text = section.textContent!.replace(/\s+/g, ' ');
    assert.match(text, /Look at this: the macro F1 of Generated fell\./);
    assert.match(
      text,
      /5 were added, 2 removed and 1 changed: 7\.62 % of all\. The model of printing stayed\./,
    );
    assert.match(
      text,
      /moved by 0\.012 bits .*2 % of them are new, 0 % .* are gone\. Risen most: zeppelins\./,
    );
  });

  it('has the figures of both runs with their intervals, and the records of each class', () => {
    const rows = [...section.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map((cell) => cell.textContent),
    );
    const both = ['0.700 (0.650 to 0.750)', '0.600 (0.550 to 0.650)', '−0.100'];
    assert.deepEqual(rows, [
      ['Generated', ...both, ...both],
      ['printing', '10', '12', '3', '4', '7.62 %'],
      ['<b>dairy</b>', 'none', '10', 'none', '3', ''],
    ]);
  });

  it('has no such section where there was no run before', () => {
    const first = buildReport(findingsOf());
    assert.equal(parseDocument(reportPage(first, [])).querySelector('#previous-run'), null);
    assert.equal('previousRun' in first, false);
  });
});
