import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { readRows } from '../../../../lib/corpus/read.ts';
import { createRandom, type Random } from '../../../../lib/random/random.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { collect } from '../collect.ts';

const folder = temporaryFolder();
const COLUMNS = { id: 'id', text: 'text', label: 'label' };

/** The rows of a file of these bytes, as their fields. */
async function read(name: string, bytes: Buffer): Promise<string[][]> {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  const rows = await collect(readRows({ files: [file], columns: COLUMNS }));
  return rows.map((row) =>
    row.kind === 'record' ? [row.id, row.text, row.label] : ['rejected', row.reason, String(row.line)],
  );
}

/** As every reader of rows does, with white space at the ends of fields off. */
const trimmed = (rows: string[][]) => rows.map((fields) => fields.map((field) => field.trim()));

interface Table {
  dialect: Record<string, string>;
  csv: string;
  rows: string[][];
}

const tables = JSON.parse(
  readFileSync(new URL('../../../fixtures/csv/tables.json', import.meta.url), 'utf8'),
) as Table[];

describe("tables written by Python's csv", () => {
  for (const [at, { dialect, csv, rows }] of tables.entries())
    it(`are read as Python reads them: ${JSON.stringify(dialect)}, ${at}`, async () => {
      assert.deepEqual(await read('python.csv', Buffer.from(csv)), trimmed(rows));
    });
});

const PIECES = [...'abc é€日本,;\t|\n"\'\\.', 'roofs', ' of ', '\r\n', '""', '\u2028', '\u00ad', '🏠'];
const ENCODERS: Record<string, (text: string) => Buffer> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

/** Text that has words, of pieces that are awkward in a CSV. */
const anyText = (random: Random) =>
  `We ${Array.from({ length: random.int(9) }, () => random.pick(PIECES)).join('')} you`;

describe('what a CSV writer wrote', () => {
  it('comes back the same, in any dialect, encoding and compression', async () => {
    const random = createRandom(18, 'written');
    for (let round = 0; round < 300; round++) {
      const delimiter = random.pick([',', ';', '\t', '|']);
      const lineEnd = random.pick(['\n', '\r\n', '\r', '\r\r\n']);
      const encoding = random.pick(Object.keys(ENCODERS));
      const rows = Array.from({ length: 1 + random.int(30) }, (_, at) => [
        `r${at}`,
        anyText(random),
        random.pick(['bakery', 'printing, and more']),
      ]);
      const options = {
        delimiter,
        record_delimiter: lineEnd,
        quoted: lineEnd === '\r' || random.int(2) === 0,
      };
      const text = stringify([Object.values(COLUMNS), ...rows], options);
      const bytes = ENCODERS[encoding]!(text);
      const isPacked = random.int(3) === 0;
      const found = await read(isPacked ? 'a.csv.gz' : 'a.csv', isPacked ? gzipSync(bytes) : bytes);
      assert.deepEqual(
        found,
        trimmed(rows),
        `round ${round}: ${JSON.stringify({ ...options, encoding, text })}`,
      );
      const theirs = parse(text, { delimiter, record_delimiter: lineEnd }).slice(1);
      assert.deepEqual(found, trimmed(theirs));
    }
  });

  it('comes back the same as JSON lines', async () => {
    const random = createRandom(19, 'lines');
    for (let round = 0; round < 100; round++) {
      const rows = Array.from({ length: 20 }, (_, at) => [`r${at}`, anyText(random), 'bakery']);
      const lines = rows.map(([id, text, label]) => JSON.stringify({ label, id, text }));
      const encoding = random.pick(Object.keys(ENCODERS));
      const bytes = ENCODERS[encoding]!(lines.join(random.pick(['\n', '\r\n', '\n\n'])));
      assert.deepEqual(await read('a.jsonl', bytes), trimmed(rows), encoding);
    }
  });
});
