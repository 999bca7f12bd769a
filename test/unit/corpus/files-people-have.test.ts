/** What people reported of other software's readers, in small: each was misread, or refused with a wrong reason. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AllowList } from '../../../lib/artifacts/allow-list.ts';
import { readRows } from '../../../lib/corpus/read.ts';
import { openSources } from '../../../lib/corpus/sources.ts';
import type { ColumnSettings } from '../../../lib/settings/settings.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { collect } from './collect.ts';

const folder = temporaryFolder();
const COLUMNS = { id: 'id', text: 'text', label: 'industry' };

async function rowsOf(name: string, content: string | Buffer, columns: ColumnSettings = COLUMNS) {
  const file = join(folder, name);
  writeFileSync(file, content);
  return collect(readRows({ files: [file], columns }));
}

/** Id, text and label of each row; why and where of one that is set aside. */
async function read(name: string, content: string | Buffer, columns: ColumnSettings = COLUMNS) {
  return (await rowsOf(name, content, columns)).map((row) =>
    row.kind === 'record' ? [row.id, row.text, row.label] : [`${row.line} ${row.reason}`],
  );
}

const jsonl = (objects: readonly object[]) => objects.map((one) => `${JSON.stringify(one)}\n`).join('');
const HEADER = ['id', 'text', 'industry'];
const ROWS = [
  ['p0', 'We bake bread.', 'bakery'],
  ['p1', 'We print, and bind, books.', 'printing'],
  ['p2', 'We say "hello".', 'printing'],
];
const quoted = (row: readonly string[]) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(',');

describe('JSON lines', () => {
  it('keep integers beyond 2^53 digit by digit, in any column and with any spaces', async () => {
    const lines = [
      '{"id": 1436278513418522630, "text": "a", "industry": 90071992547409931}',
      '{ "industry":1.0 ,"id" : 1436278513418522631,"text":"say \\"id\\": 7 {\\"id\\":8}"}',
      '{"id":-18446744073709551615,"text":"c","industry":"x","more":{"id":1436278513418522639}}',
      '{"id":"1436278513418522632","text":"d","industry":"x"}',
    ];
    assert.deepEqual(await read('ids.jsonl', lines.join('\n')), [
      ['1436278513418522630', 'a', '90071992547409931'],
      ['1436278513418522631', 'say "id": 7 {"id":8}', '1.0'],
      ['-18446744073709551615', 'c', 'x'],
      ['1436278513418522632', 'd', 'x'],
    ]);
  });

  for (const length of [10, 70_000, 3_000_000])
    it(`are read where the first object has a text of ${length} characters before its label`, async () => {
      const text = 'x'.repeat(length);
      const objects = [
        { id: 'a', text, industry: 'bakery' },
        { id: 'b', text: 'We print', industry: 'printing' },
      ];
      for (const [name, content] of [
        ['long.jsonl', Buffer.from(jsonl(objects))],
        ['long.jsonl.gz', gzipSync(jsonl(objects))],
      ] as const)
        assert.deepEqual(await read(name, content), [
          ['a', text, 'bakery'],
          ['b', 'We print', 'printing'],
        ]);
    });

  for (const missing of ['id', 'text', 'industry'] as const)
    it(`are read where the first objects have no ${missing}`, async () => {
      const objects = Array.from({ length: 30 }, (_, at) => {
        const whole: Record<string, string> = { id: `p${at}`, text: `We bake ${at}`, industry: 'bakery' };
        if (at < 12) delete whole[missing];
        return whole;
      });
      const rows = await read('sparse.jsonl', jsonl(objects));
      assert.equal(rows.length, 30);
      assert.deepEqual(rows[29], ['p29', 'We bake 29', 'bakery']);
      const first = { id: /^text-/, text: /^1 empty text/, industry: /^1 empty label/ }[missing];
      assert.match(rows[0]![0]!, first);
    });

  it('are read where the first line is broken', async () => {
    assert.deepEqual(await read('broken.jsonl', `{"id": \n${jsonl([{ id: 1, text: 'a', industry: 'b' }])}`), [
      ['1 invalid JSON'],
      ['1', 'a', 'b'],
    ]);
  });

  it('without the label in any object are refused, and the fields that are there named', () =>
    assert.rejects(read('none.jsonl', jsonl([{ id: 1, text: 'a' }, { body: 'b' }])), {
      name: 'InvalidInput',
      message: /columns\.label: .*has no column "industry"\. It has "id", "text", "body"/,
    }));
});

describe('a CSV', () => {
  for (const lineEnd of ['\r\r\n', '\r\n', '\n', '\r'])
    for (const isQuoted of [true, false])
      it(`whose rows end in ${JSON.stringify(lineEnd)}, ${isQuoted ? 'every field' : 'what has to be'} in quotes`, async () => {
        const line = (row: readonly string[]) =>
          isQuoted
            ? quoted(row)
            : row.map((field) => (/[",]/.test(field) ? quoted([field]) : field)).join(',');
        const text = [HEADER, ...ROWS].map((row) => line(row) + lineEnd).join('');
        assert.deepEqual(await read('ends.csv', text), ROWS);
      });

  for (const [lineEnd, within] of [
    ['\r', '\n'],
    ['\r', '\r\n'],
    ['\n', '\r'],
    ['\r\n', '\n'],
    ['\r\r\n', '\n'],
  ] as const)
    it(`with ${JSON.stringify(lineEnd)} between rows and ${JSON.stringify(within)} within cells`, async () => {
      const rows = ROWS.map(([id, text, label]) => [id!, `${text}${within}And more.`, label!]);
      const text = [HEADER.join(','), ...rows.map(quoted)].map((line) => line + lineEnd).join('');
      assert.deepEqual(await read('cells.csv', text), rows);
    });

  it('whose lines end in one way at first and in another later', async () => {
    const many = (from: number, lineEnd: string) =>
      Array.from({ length: 200 }, (_, at) => `r${from + at},"We bake, too",bakery${lineEnd}`).join('');
    const rows = await read('joined.csv', `id,text,industry\r\n${many(0, '\r\n')}${many(200, '\n')}`);
    assert.deepEqual(
      rows.map(([id]) => id),
      Array.from({ length: 400 }, (_, at) => `r${at}`),
    );
  });

  for (const [what, late] of [
    ['at the end', 3000],
    ['throughout', 0],
  ] as const)
    it(`in Windows-1252 whose accents come ${what}`, async () => {
      const plain = Array.from({ length: late }, (_, at) => `p${at},We bake bread for you,Bakery\n`).join('');
      const accents = Array.from({ length: 30 }, (_, at) => `c${at},We serve “coffee”,Café\n`).join('');
      const bytes = Buffer.from(
        `id,text,industry\n${plain}${accents}`.replaceAll('“', '\x93').replaceAll('”', '\x94'),
        'latin1',
      );
      for (const [name, content] of [
        ['late.csv', bytes],
        ['late.csv.gz', gzipSync(bytes)],
      ] as const) {
        const rows = await read(name, content);
        assert.deepEqual(rows.at(-1), ['c29', 'We serve “coffee”', 'Café']);
        assert.equal(rows.length, late + 30);
      }
    });

  it('in UTF-8 stays UTF-8 where one character of many is broken, and says so', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`id,text,industry\n${'a,Café,b\n'.repeat(9000)}x,bro`),
      Buffer.from([0xe9]),
      Buffer.from('ken,b\n'),
    ]);
    const rows = await rowsOf('dirty.csv', bytes);
    assert.ok(rows.slice(0, -1).every((row) => row.kind === 'record' && row.text === 'Café'));
    const last = rows.at(-1)!;
    assert.ok(last.kind === 'record');
    assert.deepEqual([last.text, last.repaired], ['bro\ufffdken', ['invalid UTF-8 replaced']]);
  });

  for (const place of [0, 1, 2])
    it(`whose ${['first', 'second', 'last'][place]} quoted field ends in a backslash`, async () => {
      const rows = ROWS.map((row) => [...row]);
      rows[1]![place] += ' D:\\offers\\2026\\';
      const text = [HEADER, ...rows].map((row) => `${quoted(row)}\r\n`).join('');
      assert.deepEqual(await read('backslash.csv', text), rows);
    });

  it('whose backslashes before quotes come late', async () => {
    const plain = Array.from({ length: 4000 }, (_, at) => `"p${at}","We bake bread.","bakery"\n`).join('');
    const rows = await read(
      'escapes.csv',
      `id,text,industry\n${plain}"q","We say \\"hello, you\\" twice.","bakery"\n`,
    );
    assert.deepEqual(rows.at(-1), ['q', 'We say "hello, you" twice.', 'bakery']);
  });

  it('with a header of thousands of columns', async () => {
    const more = Array.from({ length: 12_000 }, (_, at) => `a rather long name of column ${at}`);
    const line = (row: readonly string[]) =>
      `${[row[0], ...more.map(() => '1'), row[1], row[2]].join(',')}\n`;
    const text = `${['id', ...more, 'text', 'industry'].join(',')}\n${line(['p', 'We bake', 'bakery'])}`;
    assert.deepEqual(await read('wide.csv', text), [['p', 'We bake', 'bakery']]);
  });

  it('without ids and with nameless columns gets ids from the texts, the same in every order', async () => {
    const columns = { id: 'id', text: 'v2', label: 'v1' };
    const lines = ['ham,We bake,,,', 'spam,We print,,,', 'ham,We bake,,,'];
    const rows = await read('spam.csv', `v1,v2,,,\r\n${lines.join('\r\n')}\r\n`, columns);
    assert.match(rows[0]![0]!, /^text-[0-9a-f]{16}$/);
    assert.notEqual(rows[0]![0], rows[1]![0]);
    const reversed = await read('spam.csv', `v1,v2,,,\r\n${lines.reverse().join('\r\n')}\r\n`, columns);
    assert.deepEqual(reversed.reverse(), rows);
  });

  it('without the column of ids that the settings name is refused', () =>
    assert.rejects(read('ids.csv', 'key,text,industry\n1,a,b\n', { ...COLUMNS, id: 'nr' }), {
      message: /columns\.id: .*has no column "nr"\. It has "key", "text", "industry"/,
    }));

  for (const [what, line, text] of [
    ['inner quotes', '1,"We say "yes, sure" and left",b', 'We say "yes, sure" and left'],
    ['quotes after the closing one', '1,"We bake" bread",b', 'We bake" bread'],
    ['a quote in a field without any', '1,5" pipe,b', '5" pipe'],
    ['inner quotes over two lines', '1,"We say "yes" now\nand left",b', 'We say "yes" now\nand left'],
  ] as const)
    it(`with ${what} keeps the row and those around it`, async () =>
      assert.deepEqual(await read('stray.csv', `id,text,industry\n0,"a",b\n${line}\n2,"c",d\n`), [
        ['0', 'a', 'b'],
        ['1', text, 'b'],
        ['2', 'c', 'd'],
      ]));
});

describe('a folder', () => {
  it('gives all files that are datasets by their endings, whatever the case, and tells the others', async () => {
    const scrapes = join(folder, 'scrapes');
    mkdirSync(join(scrapes, 'more'), { recursive: true });
    const names = [
      'a.csv',
      'B.CSV',
      'c.Jsonl.GZ',
      'd.csv.zstd',
      'e.TSV.zst',
      'f.ndjson.gzip',
      'g.PARQUET',
      'more/h.tab',
    ];
    for (const name of [...names, 'notes.md', 'more/i.xlsx']) writeFileSync(join(scrapes, name), 'x');
    const { signal } = new AbortController();
    const { files, passedOver } = await openSources(scrapes, 'all', AllowList.everything(), { signal });
    assert.deepEqual(
      files.map(({ path }) => path),
      names.map((name) => join(scrapes, name)).sort(),
    );
    assert.deepEqual(passedOver.sort(), [join(scrapes, 'more/i.xlsx'), join(scrapes, 'notes.md')]);
  });
});

describe('zstd', () => {
  /** A frame without compression: one raw block, the header with this descriptor of the window. */
  const frame = (text: string, window: number) => {
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, window]);
    const block = Buffer.alloc(3);
    block.writeUIntLE((text.length << 3) | 1, 0, 3);
    return Buffer.concat([head, block, Buffer.from(text)]);
  };
  const skippable = (bytes: number, nibble = 0) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0x184d2a50 + nibble, 0);
    head.writeUInt32LE(bytes, 4);
    return Buffer.concat([head, Buffer.alloc(bytes)]);
  };
  const line = (at: number) => jsonl([{ id: `p${at}`, text: 'We bake', industry: 'bakery' }]);
  const windowOf = (log: number) => (log - 10) << 3;

  for (const before of [[skippable(4)], [skippable(0, 15)], [skippable(9), skippable(70_000, 3)]])
    it(`with ${before.length} skippable frames before each frame`, async () => {
      const bytes = Buffer.concat([0, 1].flatMap((at) => [...before, frame(line(at), windowOf(20))]));
      assert.deepEqual(
        (await read('frames.jsonl.zst', bytes)).map(([id]) => id),
        ['p0', 'p1'],
      );
      assert.deepEqual(
        (await read('no-ending-of-zstd.jsonl', bytes)).map(([id]) => id),
        ['p0', 'p1'],
      );
    });

  for (const log of [28, 30, 31])
    it(`with a window of 2^${log} bytes is refused with what to do, after a skippable frame too`, async () => {
      for (const bytes of [
        frame(line(0), windowOf(log)),
        Buffer.concat([skippable(5), frame(line(0), windowOf(log))]),
      ])
        await assert.rejects(read('window.jsonl.zst', bytes), {
          name: 'InvalidInput',
          message: /a window of more than 128 MiB.*zstd -d --long=31 -c OLD \| zstd -o NEW/,
        });
    });

  it('with a window of 128 MiB is read', async () =>
    assert.equal((await read('window.jsonl.zst', frame(line(0), windowOf(27)))).length, 1));
});
