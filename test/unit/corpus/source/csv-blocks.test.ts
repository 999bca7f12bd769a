import assert from 'node:assert/strict';
import { rowsOfBlock } from '../../../../lib/corpus/block-rows.ts';
import type { RejectedRow, Row } from '../../../../lib/corpus/rows.ts';
import { cutCsv } from '../../../../lib/corpus/source/csv-blocks.ts';
import type { Dialect } from '../../../../lib/corpus/source/dialect.ts';
import { createRandom } from '../../../../lib/random/random.ts';
import { collectGarbage } from '../../../../lib/t5/collect-garbage.ts';

const COLUMNS = ['id', 'text', 'label'];
const NAMES = { id: 'id', text: 'text', label: 'label' };
const DIALECT: Dialect = { delimiter: ',', quote: '"', escape: '"', lineEnd: '\n' };

/** Rows of a CSV that is read in chunks of a size and cut into blocks of at least some bytes. */
async function read(
  text: string,
  sizes: { chunk?: number; block?: number; longest?: number } = {},
): Promise<Row[]> {
  const { chunk = 7, block = 20, longest = 10_000 } = sizes;
  const bytes = Buffer.from(`id,text,label\n${text}`);
  const content = async function* () {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  };
  const rows: Row[] = [];
  for await (const piece of cutCsv('f.csv', content(), DIALECT, 3, { block, longest }))
    if (piece.kind === 'rejected') rows.push(piece);
    else rows.push(...rowsOfBlock(piece, { dialect: DIALECT, columns: COLUMNS }, NAMES));
  return rows;
}

/** Rows in a word each: the id of a record, the line and reason of another. */
const inShort = (rows: Row[]) =>
  rows.map((row) => (row.kind === 'record' ? row.id : `${row.line} ${row.reason}`));

describe('a CSV cut into blocks', () => {
  it('gives the same rows whatever the chunks and blocks', async () => {
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
    const whole = await read(text, { chunk: 100_000, block: 100_000 });
    assert.equal(whole.filter(({ kind }) => kind === 'record').length, 60);
    for (const chunk of [1, 2, 3, 5, 64, 257])
      for (const block of [1, 50, 1000]) assert.deepEqual(await read(text, { chunk, block }), whole);
  });

  it('sets the line of a quote that is never closed aside, and keeps the rows after it', async () => {
    const text = '1,"fine",a\n2,"never closed,b\n3,"fine, too",c\n4,plain,d\n';
    for (const chunk of [1, 9, 1000])
      assert.deepEqual(inShort(await read(text, { chunk })), ['1', '3 unclosed quote', '3', '4']);
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
      for (const chunk of [100, 4096]) {
        const rows = await read(`1,a,b\n2,${cell},c\n3,d,e\n`, { chunk, longest: 1000 });
        assert.deepEqual(inShort(rows), ['1', '3 too long', '3']);
      }
  });

  it('counts the lines of a record that was too long', async () => {
    const rows = await read(`1,"${'y\n'.repeat(1000)}",b\n2,a\n`, { longest: 500 });
    assert.deepEqual(inShort(rows), ['2 too long', '1003 wrong number of fields']);
  });

  it('holds no more of a long record in memory than it may be long', async () => {
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
        yield Buffer.alloc(1024 * 1024, 'x, ');
      }
      yield Buffer.from('",a\n2,b,c\n');
    };
    const pieces = [];
    for await (const piece of cutCsv('f.csv', content(), DIALECT, 3)) pieces.push(piece.kind);
    assert.deepEqual(pieces, ['csv', 'rejected', 'csv']);
    assert.ok(most < 150 * 1024 * 1024, `${most} bytes`);
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

  it('mends NULs, invalid UTF-8 and a missing id', async () => {
    const [row] = await read('  ,a\0b \ufffd,c\n');
    assert.ok(row?.kind === 'record');
    assert.deepEqual([row.text, row.label], ['ab \ufffd', 'c']);
    assert.match(row.id, /^text-[0-9a-f]{16}$/);
    assert.deepEqual(row.mended.toSorted(), [
      'NUL bytes removed',
      'id made from the text',
      'invalid UTF-8 replaced',
    ]);
  });
});
