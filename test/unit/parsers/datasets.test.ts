import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readRows } from '../../../lib/corpus/read.ts';
import { LONGEST_RECORD } from '../../../lib/corpus/rows.ts';
import { writeParquet } from '../../../lib/corpus/source/parquet.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type Bytes, below, mutate, ROUNDS, randomBytes, survives } from './hostile-files.ts';

describe('datasets that nobody wrote by hand', function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const columns = { id: 'id', text: 'text', label: 'industry' };
  const csv = Buffer.from(
    `id,text,industry\r\n${Array.from({ length: 40 }, (_, at) => `${at},"a page, ""quoted""\nand long ${at}",printing\r\n`).join('')}`,
  );
  const jsonl = Buffer.from(
    Array.from(
      { length: 40 },
      (_, at) => `${JSON.stringify({ id: at, text: `é page\u2028 ${at}`, industry: 'printing' })}\n`,
    ).join(''),
  );
  const readAs = (name: string, content: Bytes) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return async () => {
      for await (const _ of readRows({ files: [path], columns }));
    };
  };

  for (const [name, original] of [
    ['pages.csv', csv],
    ['pages.jsonl', jsonl],
    ['pages.csv.gz', gzipSync(csv)],
  ] as const)
    it(`survive as ${name}`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await survives(readAs(name, randomBytes(below(3000))), `random bytes, round ${round}`);
        await survives(readAs(name, mutate(original)), `changed, round ${round}`);
        await survives(readAs(name, original.subarray(0, below(original.length))), `cut, round ${round}`);
      }
    });

  it('survive as pages.parquet', async () => {
    const path = join(folder, 'original.parquet');
    const rows = Array.from({ length: 40 }, (_, at) => ({
      id: String(at),
      text: `a page, and long ${at}`,
      industry: 'printing',
    }));
    await writeParquet(path, ['id', 'text', 'industry'], rows);
    const original = readFileSync(path);
    // The description of the file, which says what to allocate, stands at its end.
    const length = original.readUInt32LE(original.length - 8);
    const [data, footer] = [original.subarray(0, -8 - length), original.subarray(-8 - length, -8)];
    for (let round = 0; round < ROUNDS; round++) {
      const changed = mutate(footer);
      const size = Buffer.alloc(4);
      size.writeUInt32LE(changed.length);
      const whole = Buffer.concat([data, changed, size, Buffer.from('PAR1')]);
      await survives(readAs('pages.parquet', whole), `changed description, round ${round}`);
      const pages = Buffer.concat([
        Buffer.from('PAR1'),
        mutate(data.subarray(4)),
        original.subarray(-8 - length),
      ]);
      await survives(readAs('pages.parquet', pages), `changed data, round ${round}`);
      await survives(
        readAs('pages.parquet', original.subarray(0, below(original.length))),
        `cut, round ${round}`,
      );
    }
  });

  it('survive one line that is longer than any record may be, and a compressed file of which little is much', async () => {
    const long = Buffer.alloc(1.25 * LONGEST_RECORD, 'a');
    await survives(
      readAs('long.csv', Buffer.concat([Buffer.from('id,text,industry\n1,"'), long])),
      'a long record',
    );
    await survives(
      readAs('bomb.csv.gz', gzipSync(Buffer.concat([Buffer.from('id,text,industry\n1,"'), long]))),
      'a bomb',
    );
  });
});
