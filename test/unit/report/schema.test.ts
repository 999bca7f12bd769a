import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { buildReport } from '../../../lib/report/build-report.ts';
import { reportJsonSchema } from '../../../lib/report/schema.ts';
import { auditOf, branchOf, evaluationsOf, findingsOf } from './findings.ts';

describe('docs/report.schema.json', () => {
  const validate = new Ajv2020({ strict: true }).compile(JSON.parse(reportJsonSchema()));
  const names = ['__proto__', '<b>"\'&', 'constructor'];
  const reports: [what: string, findings: Parameters<typeof findingsOf>][] = [
    ['one seed', []],
    ['several seeds', [{ regular: [0.5, 0.6], generated: [0.6, 0.7] }]],
    [
      'a skipped branch',
      [undefined, { branches: [branchOf('dairy', { state: 'skipped', reason: 'why', filter: undefined })] }],
    ],
    ['a single class', [{ regular: 1 }, { classes: [{ name: 'one', kind: 'frequent', train: 9, test: 1 }] }]],
    [
      'odd class names',
      [
        undefined,
        {
          classes: names.map((name) => ({ name, kind: 'rare', train: 9, test: 1 })),
          evaluations: evaluationsOf({ paper: { regular: [0.1, 0.2] } }, names),
          audit: names.map(auditOf),
        },
      ],
    ],
  ];
  for (const [what, findings] of reports)
    it(`holds for the report of a run with ${what}`, () => {
      const report = JSON.parse(JSON.stringify(buildReport(findingsOf(...findings)))) as unknown;
      assert.ok(validate(report), JSON.stringify(validate.errors));
    });

  it('refuses a figure that cannot be', () => {
    const report = buildReport(findingsOf());
    assert.equal(
      validate({ ...report, methods: { regular: { ...report.methods.regular, microF1: 7 } } }),
      false,
    );
    assert.equal(validate({ ...report, madeUp: true }), false);
  });
});
