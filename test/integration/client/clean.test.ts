import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDemoCorpus } from '../../../client/demo-corpus/demo-corpus.ts';
import { s3Server } from '../../s3/server.ts';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { command } from './command.ts';

describe('clean', () => {
  const folder = temporaryFolder();

  it('writes the same from a file and from an object of a bucket', async () => {
    const server = await s3Server();
    mkdirSync(join(server.folder, 'clean-command'));
    const file = join(server.folder, 'clean-command', 'pages.csv');
    await writeDemoCorpus(file, { pages: 400 });
    const written = async (source: string, out: string) => {
      const { exitCode, stderr } = await command(
        ['clean', source, '--out', out, '--set', 'classes.minRecords=10', '--json'],
        { cwd: folder, env: { ...server.environment, COUNTERPOISE_STORE_CACHE: join(folder, 'cache') } },
      );
      assert.equal(exitCode, 0, stderr);
      return ['train.jsonl', 'test.jsonl', 'train.txt'].map((name) =>
        readFileSync(join(folder, out, name), 'utf8'),
      );
    };
    assert.deepEqual(
      await written(`s3://${server.bucket}/clean-command/pages.csv`, 'of-object'),
      await written(file, 'of-file'),
    );
  }).timeout(60_000);

  it('says what happened to every row and to every file of a folder', async () => {
    const source = join(folder, 'scrapes');
    mkdirSync(source);
    const rows = (from: number, label: string) =>
      Array.from({ length: 20 }, (_, at) => `p${from + at},We bake bread number ${from + at},${label}\r\n`);
    const january = [
      'id,text,industry\r\n',
      ...rows(0, 'bakery'),
      'p90,,bakery\r\n',
      'p91,caf\xe9 bread,bakery\r\n',
    ];
    writeFileSync(join(source, 'JANUARY.CSV'), Buffer.from(january.join(''), 'latin1'));
    const february = [
      'text;industry\n',
      ...rows(50, 'press').map((row) => row.split(',').slice(1).join(';')),
      'x\0y;Press\n',
    ];
    writeFileSync(join(source, 'february.csv'), february.join(''));
    writeFileSync(join(source, 'notes.md'), 'notes');
    const settings = [
      'classes.minRecords=1',
      'classes.rare=1',
      'language=null',
      'cleaning.trimSentences=false',
    ];
    const { stdout, stderr, exitCode } = await command(
      ['clean', source, '--out', 'told', ...settings.flatMap((one) => ['--set', one])],
      { cwd: folder },
    );
    assert.equal(exitCode, 0, stderr);
    for (const line of [
      /^43 rows read, \d+ records for training and \d+ for the test\.$/m,
      /^ {2}JANUARY\.CSV: csv, windows-1252/m,
      /^ {2}february\.csv: csv, utf-8, delimiter ";"/m,
      /^ {2}.*notes\.md$/m,
      /^ {2}empty text: 1$/m,
      /^ {2}id made from the text: 21$/m,
      /^ {2}NUL bytes removed: 1$/m,
      /^ {2}Press -> press: 1$/m,
    ])
      assert.match(stdout, line);
  }).timeout(60_000);
});
