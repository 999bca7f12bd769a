import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { csvRecords } from '../../../../lib/corpus/source/csv-records.ts';
import type { Dialect } from '../../../../lib/corpus/source/dialect.ts';
import { createRandom } from '../../../../lib/random/random.ts';

const DIALECT: Dialect = { delimiter: ',', quote: '"', escape: '"', lineEnd: '\n' };
const BACKSLASH: Dialect = { ...DIALECT, escape: '\\' };

const rows = (text: string, dialect = DIALECT) => [...csvRecords(text, dialect)].map(({ fields }) => fields);

const CASES: Array<[why: string, text: string, fields: string[][], dialect?: Dialect]> = [
  [
    'plain fields',
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a last line without its end',
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'empty fields, a last one too',
    ',\na,,\n',
    [
      ['', ''],
      ['a', '', ''],
    ],
  ],
  [
    'empty lines, passed over',
    '\na,b\n\n\nc,d\n\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'delimiters, line ends and doubled quotes within quotes',
    '"a,b","c\nd","say ""x"""\n',
    [['a,b', 'c\nd', 'say "x"']],
  ],
  ['an empty field in quotes', '"",b\n', [['', 'b']]],
  ['quotes inside an unquoted field, as they are', '5" pipe,say "x"\n', [['5" pipe', 'say "x"']]],
  ['a quote that closes before no delimiter, as it is', '"a" b",c\n', [['a" b', 'c']]],
  ['quotes after a backslash', '"say \\"x\\"","a\\\\",b\n', [['say "x"', 'a\\', 'b']], BACKSLASH],
  ['apostrophes as quotes', "'a,b',it's\n", [['a,b', "it's"]], { ...DIALECT, quote: "'", escape: "'" }],
  ['no quotes at all', '"a\t"b"\n', [['"a', '"b"']], { ...DIALECT, delimiter: '\t', quote: '', escape: '' }],
];

describe('csvRecords reads', () => {
  for (const [why, text, fields, dialect] of CASES)
    it(why, () => assert.deepEqual(rows(text, dialect), fields));

  it('the line on which each record begins', () => {
    const lines = [...csvRecords('a,b\n\n"c\nd",e\nf,g\n', DIALECT, 7)].map(({ line }) => line);
    assert.deepEqual(lines, [7, 9, 11]);
  });

  it('what csv-parse reads, of any well-formed text', () => {
    const random = createRandom(1, 'csv');
    const pieces = ['a', 'bc ', ',', '\n', '"', 'é', ' ', '""', "'", '7'];
    for (let round = 0; round < 500; round++) {
      const fields = Array.from({ length: 1 + random.int(5) }, () =>
        Array.from({ length: 3 }, () =>
          Array.from({ length: random.int(6) }, () => random.pick(pieces)).join(''),
        ),
      );
      const text = fields
        .map((record) =>
          record
            .map((field) => (/[,"\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
            .join(','),
        )
        .join('\n');
      assert.deepEqual(rows(text), parse(text, { skip_empty_lines: true }));
    }
  });
});
