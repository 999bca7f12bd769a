import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkSource, UNKNOWN_DIALECT } from '../../../lib/corpus/inspect.ts';
import { readRows } from '../../../lib/corpus/read.ts';
import type { RecordRow } from '../../../lib/corpus/rows.ts';
import { writeParquet } from '../../../lib/corpus/source/parquet.ts';
import type { CsvSettings } from '../../../lib/settings/settings.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { collect } from './collect.ts';

const folder = temporaryFolder();
const COLUMNS = { id: 'id', text: 'text', label: 'industry' };

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const inspect = async (file: string, csv: Partial<CsvSettings> = {}) =>
  (await checkSource([file], COLUMNS, { ...UNKNOWN_DIALECT, ...csv }))[0]!;

const read = (file: string, csv: Partial<CsvSettings> = {}) =>
  collect(readRows({ files: [file], columns: COLUMNS, csv: { ...UNKNOWN_DIALECT, ...csv } }));

async function first(file: string, csv: Partial<CsvSettings> = {}): Promise<RecordRow> {
  const [row] = await read(file, csv);
  assert.ok(row?.kind === 'record');
  return row;
}

const table = (delimiter: string, lineEnd = '\n', quote = '"') =>
  [
    ['id', 'text', 'industry'],
    ['1', `${quote}Roofs, walls; ${quote}${quote}all${quote}${quote}\tof|them é${quote}`, 'construction'],
    ['2', 'Plain', 'retail'],
  ]
    .map((fields) => fields.join(delimiter))
    .join(lineEnd)
    .concat(lineEnd);

describe('a CSV in any dialect', () => {
  for (const delimiter of [',', ';', '\t', '|'])
    for (const lineEnd of ['\n', '\r\n', '\r'])
      it(`with ${JSON.stringify(delimiter)} between fields and ${JSON.stringify(lineEnd)} between lines`, async () => {
        const file = write('dialect.csv', table(delimiter, lineEnd));
        const { dialect, columns } = await inspect(file);
        assert.equal(dialect!.delimiter, delimiter);
        assert.deepEqual(columns, ['id', 'text', 'industry']);
        const rows = await read(file);
        assert.deepEqual(
          rows.map((row) => row.kind === 'record' && [row.id, row.text, row.label]),
          [
            ['1', 'Roofs, walls; "all"\tof|them é', 'construction'],
            ['2', 'Plain', 'retail'],
          ],
        );
      });

  it('whose text has more of another delimiter, by the columns that are wanted', async () => {
    const file = write('columns.csv', 'id;text;industry\n1;x, y, z, w;a\n');
    assert.equal((await inspect(file)).dialect!.delimiter, ';');
    const named = write('named.csv', 'a,b,c,d,e|id|text|industry\n1,2,3,4,5|6|x|a\n');
    assert.equal((await inspect(named)).dialect!.delimiter, '|');
  });

  it('in apostrophes', async () => {
    const file = write('apostrophes.csv', "'id','text','industry'\n'1','a, b','c'\n'2','it''s','d'\n");
    assert.equal((await inspect(file)).dialect!.quote, "'");
    assert.deepEqual(
      (await read(file)).map((row) => row.kind === 'record' && row.text),
      ['a, b', "it's"],
    );
  });

  it('with backslashes before quotes', async () => {
    const file = write('backslash.csv', 'id,text,industry\n1,"He said \\"hi\\", then left",a\n2,b,c\n');
    assert.equal((await inspect(file)).dialect!.escape, '\\');
    const row = await first(file);
    assert.equal(row.text, 'He said "hi", then left');
  });

  it('as the settings say, where they do', async () => {
    const file = write('settings.csv', "id~text~industry\n1~'a~b'~c\n");
    const row = await first(file, { delimiter: '~', quote: "'" });
    assert.equal(row.text, 'a~b');
  });

  const text = 'id,text,industry\n1,Größe über alles – café,a\n2,naïve résumé,b\n';
  for (const [encoding, bytes] of [
    ['utf-8', Buffer.from(text)],
    ['utf-8', Buffer.from(`\ufeff${text}`)],
    ['utf-16le', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(text.replace('–', '\x96'), 'latin1')],
  ] as const)
    it(`in ${encoding}${bytes[0]! > 0x80 ? ' with a mark' : ''}`, async () => {
      const file = write('encoding.csv', bytes);
      assert.equal((await inspect(file)).encoding, encoding);
      const row = await first(file);
      assert.deepEqual([row.id, row.text], ['1', 'Größe über alles – café']);
    });

  it('in UTF-8 with some broken characters stays UTF-8', async () => {
    const file = write(
      'dirty.csv',
      Buffer.concat([Buffer.from(text), Buffer.from([0x33, 0x2c, 0xff, 0x2c, 0x61, 0x0a])]),
    );
    assert.equal((await inspect(file)).encoding, 'utf-8');
    const rows = await read(file);
    assert.deepEqual((rows[2] as RecordRow).repaired, ['invalid UTF-8 replaced']);
  });
});

/** 40 rows; made with the zstd library, in one frame and in two. */
const ZSTD = {
  'one frame':
    'KLUv/WDdBW0FAHJIGBiQxTlQSYJtUgtDErB3O9v/1lJWYPuuClz/////////b9u2bdu2bdt227Zt27btsihKkiDIcRjGb7fDYiqb19It1iBRnJaYwVsHXYCxdpBAPeYkAIHFUGjpHloKk5ASkQpOqDH4/f8MgDNKDxH8IpgID/IDbW5m7OzMzM3NTN6FLucGt29j27Wh7dnIdmxg+2tcuzWs/VYjgGpValB9FyQSlYRK4dDGjYlV',
  'two frames':
    'KLUv/WD0AF0DAPJEEhigtQ3hMp2S/CL9Lq9VY62tjZZ4a/2hyQOZx2EYRUEQw6BUSghllmX15NvbcoLmXDNk8HvYAsx9S6CPHAMYPKXQ3n6tohOY49IVqDB6/z8DwDOrAxB+XTAT6wOqgdRd1P1XXP+amyUyKLUv/WDpA90DAHIGFReAt22mnBq1RcPgGMXByu7uzRPUiBnsMN3Mu6qZiHe/2blz3cy7qpmId7/Z+Xk3865qJuLdDTJISRUB4VhEMQKDuQFQOpJiqQRBqTCDWVEGUVioBDioEbC7/2/gNwMRrBDc8IVvfIKBkV+3CAaGct0iGJiyIx+Qqg==',
};

describe('a source', () => {
  for (const [what, base64] of Object.entries(ZSTD))
    it(`compressed with zstd, ${what}`, async () => {
      const file = write('rows.csv.zst', Buffer.from(base64, 'base64'));
      assert.equal((await inspect(file)).compression, 'zstd');
      const rows = await read(file);
      assert.equal(rows.length, 40);
      assert.equal((rows[39] as RecordRow).text, 'We build roofs, number 39');
    });

  it('compressed with gzip, CSV and JSONL', async () => {
    const csv = write('rows.csv.gz', gzipSync(table(',')));
    const jsonl = write('rows.jsonl.gz', gzipSync('{"id":"1","text":"a","industry":"b"}\n'));
    assert.equal((await read(csv)).length, 2);
    assert.equal((await read(jsonl)).length, 1);
  });

  it('in Parquet, of which other columns are not looked at', async () => {
    const file = join(folder, 'rows.parquet');
    const records = Array.from({ length: 450 }, (_, at) => ({
      id: String(at),
      text: `page ${at} é`,
      industry: at % 2 ? 'a' : 'b',
      more: 'x',
    }));
    assert.equal(await writeParquet(file, ['more', 'id', 'text', 'industry'], records), 450);
    assert.deepEqual((await inspect(file)).columns, ['more', 'id', 'text', 'industry']);
    assert.deepEqual(
      (await read(file)).map((row) => row.kind === 'record' && [row.id, row.text, row.label]),
      records.map(({ id, text, industry }) => [id, text, industry]),
    );
  });

  const half = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2));
  const MISTAKES: Array<[what: string, name: string, content: Buffer | string, message: RegExp]> = [
    ['empty', 'empty.csv', '', /empty\.csv: this file is empty/],
    [
      'without the columns',
      'other.csv',
      'a,b\n1,2\n',
      /columns\.text: .*has no column "text".*It has "a", "b"/,
    ],
    [
      'with a column in another case',
      'case.csv',
      'id,Text,industry\n',
      /has no column "text"\. It has "Text": set columns\.text/,
    ],
    ['with a column twice', 'twice.csv', 'id,text,text,industry\n', /2 columns of .* are called "text"/],
    [
      'that is not text',
      'random.csv',
      Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * at * 7) % 256)),
      /is not text/,
    ],
    ['that is a tar archive', 'rows.tar.csv', Buffer.from(`${'a'.padEnd(257, '\0')}ustar`), /a tar archive/],
    ['that is an Excel workbook', 'book.csv', Buffer.from('PK\x03\x04xxxx'), /an Excel workbook/],
    [
      'that is compressed with xz',
      'rows.xz',
      Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1]),
      /compressed with xz.*unxz/,
    ],
    ['that is a JSON array', 'array.jsonl', '[{"id":1}]', /one JSON array/].slice() as [
      string,
      string,
      string,
      RegExp,
    ],
    ['that holds no JSON object', 'plain.jsonl', 'hello\n', /plain\.jsonl:1: no line of it is a JSON object/],
    [
      'whose gzip compression was cut',
      'cut.csv.gz',
      half(gzipSync(table(',').repeat(2000))),
      /gzip compression ends in the middle/,
    ],
    [
      'whose zstd compression was cut',
      'cut.csv.zst',
      half(Buffer.from(ZSTD['one frame'], 'base64')),
      /zstd compression/,
    ],
    [
      'that is Parquet and was cut',
      'cut.parquet',
      Buffer.from('PAR1 and no more'),
      /Parquet file is damaged or was cut/,
    ],
  ];
  for (const [what, name, content, message] of MISTAKES)
    it(`${what} is refused`, () =>
      assert.rejects(read(write(name, content)), { name: 'InvalidInput', message }));

  it('that is missing is refused', () =>
    assert.rejects(read(join(folder, 'nowhere.csv')), {
      name: 'InvalidInput',
      message: /no such file/,
    }));
});
