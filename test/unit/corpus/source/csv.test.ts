import assert from 'node:assert/strict';
import type { RejectedRow, Row } from '../../../../lib/corpus/rows.ts';
import { readCsv } from '../../../../lib/corpus/source/csv.ts';
import type { Dialect } from '../../../../lib/corpus/source/dialect.ts';
import { createRandom } from '../../../../lib/random/random.ts';
import { collectGarbage } from '../../../../lib/tensorflow/engine.ts';

const DIALECT: Dialect = { delimiter: ',', quote: '"', escape: '"', lineEnd: '\n' };
const LAYOUT = { dialect: DIALECT, width: 3, places: [0, 1, 2] as const };

/** Rows of a CSV that is read in blocks of a size. */
async function read(
  text: string,
  {
    block = 7,
    longest = 10_000,
    dialect = DIALECT,
  }: { block?: number; longest?: number; dialect?: Dialect } = {},
): Promise<Row[]> {
  const bytes = Buffer.from(
    ['id,text,label\n', text].join('').replace(/^.*?\n/, (head) => head.replace('\n', dialect.lineEnd)),
  );
  const content = async function* () {
    for (let at = 0; at < bytes.length; at += block) yield bytes.subarray(at, at + block);
  };
  const rows: Row[] = [];
  for await (const some of readCsv('f.csv', content(), { ...LAYOUT, dialect }, longest)) rows.push(...some);
  return rows;
}

/** Rows in a word each: the id of a record, the line and reason of another. */
const inShort = (rows: Row[]) =>
  rows.map((row) => (row.kind === 'record' ? row.id : `${row.line} ${row.reason}`));

describe('a CSV read in blocks', () => {
  it('gives the same rows whatever the blocks', async () => {
    const random = createRandom(3, 'blocks');
    const field = () => {
      const text = Array.from({ length: random.int(8) }, () =>
        random.pick(['a', ' b', ',', '\n', '\r\n', '""', 'é', '€']),
      );
      return `"x${text.join('')}"`;
    };
    const text = Array.from(
      { length: 60 },
      (_, at) => `${at},${field()},${random.int(2) ? 'roofs' : field()}`,
    ).join('\r\n');
    const whole = await read(text, { block: 100_000 });
    assert.equal(whole.filter(({ kind }) => kind === 'record').length, 60);
    for (const block of [1, 2, 3, 5, 64, 257]) assert.deepEqual(await read(text, { block }), whole);
  });

  it('sets the line of a quote that is never closed aside, and keeps the rows after it', async () => {
    const text = '1,"fine",a\n2,"never closed,b\n3,"fine, too",c\n4,plain,d\n';
    for (const block of [1, 9, 1000])
      assert.deepEqual(inShort(await read(text, { block })), ['1', '3 unclosed quote', '3', '4']);
  });

  it('does so at the end of the file, where only plain rows follow', async () => {
    assert.deepEqual(inShort(await read('1,"fine",a\n2,"never closed,b\n3,plain,c\n4,plain,d\n')), [
      '1',
      '3 unclosed quote',
      '3',
      '4',
    ]);
  });

  it('keeps the fields before an unclosed quote out of the next row', async () => {
    const rows = await read('1,"two\nlines","open\n2,"b",c\n');
    assert.deepEqual(inShort(rows), ['2 unclosed quote', '2']);
    assert.match((rows[0] as RejectedRow).start, /^1,"two lines","open/);
  });

  it('sets a record aside that is longer than any page, and goes on after it', async () => {
    for (const cell of ['y'.repeat(5000), `"${'y,z\n""'.repeat(900)}"`])
      for (const block of [100, 4096]) {
        const rows = await read(`1,a,b\n2,${cell},c\n3,d,e\n`, { block, longest: 1000 });
        assert.deepEqual(inShort(rows), ['1', '3 too long', '3']);
      }
  });

  it('counts the lines of a record that was too long', async () => {
    const rows = await read(`1,"${'y\n'.repeat(1000)}",b\n2,a\n`, { longest: 500 });
    assert.deepEqual(inShort(rows), ['2 too long', '1003 wrong number of fields']);
  });

  it('holds no more of a long record in memory than it may be long', async () => {
    const longest = 2 ** 20;
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const content = async function* () {
      yield Buffer.from('id,text,label\n1,"');
      for (let at = 0; at < 200; at++) {
        if (at % 20 === 0) {
          collectGarbage();
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        }
        yield Buffer.alloc(longest / 8, 'x, ');
      }
      yield Buffer.from('",a\n2,b,c\n');
    };
    const rows: Row[] = [];
    for await (const some of readCsv('f.csv', content(), LAYOUT, longest)) rows.push(...some);
    assert.deepEqual(inShort(rows), ['2 too long', '2']);
    assert.ok(most < 12 * longest, `${most} bytes`);
  });

  for (const [what, text, message] of [
    [
      'in a quoted field',
      '1,a,b\n2,"cut in the mid',
      /f\.csv:3: .*a quote that is never closed.*cut in the middle/,
    ],
    ['before its last field', '1,a,b\n2,cut', /f\.csv:3: .*2 of 3 fields.*cut in the middle/],
    ['in a quoted field of several lines', '1,a,b\n2,"one\ntwo\nthr', /f\.csv:3: .*cut in the middle/],
  ] as const)
    it(`refuses a file that ends within a record, ${what}`, () =>
      assert.rejects(read(text), { name: 'InvalidInput', message }));

  it('takes a whole last record without its line end', async () =>
    assert.deepEqual(inShort(await read('1,a,b\n2,c,d')), ['1', '2']));

  for (const [what, row, expected] of [
    ['too few fields', '1,a', '2 wrong number of fields'],
    ['too many', '1,a,b,c', '2 wrong number of fields'],
    ['too many, all empty', '1,a,b,,', '1'],
    ['an empty text', '1,  ,b', '2 empty text'],
    ['an empty label', '1,a, ', '2 empty label'],
  ] as const)
    it(`a row with ${what}: ${expected}`, async () =>
      assert.deepEqual(inShort(await read(`${row}\n9,a,b\n`)), [expected, '9']));

  it('repairs NULs, invalid UTF-8 and a missing id', async () => {
    const [row] = await read('  ,a\0b \ufffd,c\n');
    assert.ok(row?.kind === 'record');
    assert.deepEqual([row.text, row.label], ['ab \ufffd', 'c']);
    assert.match(row.id, /^text-[0-9a-f]{16}$/);
    assert.deepEqual(row.repaired.toSorted(), [
      'NUL bytes removed',
      'id made from the text',
      'invalid UTF-8 replaced',
    ]);
  });
});
