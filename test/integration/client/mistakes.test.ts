import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../unit/temporary-folder.ts';
import { command } from './command.ts';

describe("the user's mistakes on the command line", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'rows.csv'), 'id,text,topic\n1,One sentence.,a\n');

  const mistakes: [argv: string, line: RegExp][] = [
    ['nonsense', /^unknown command 'nonsense'\. See: npx counterpoise --help$/],
    ['run --sauce rows.csv', /^unknown option '--sauce' \(Did you mean --source\?\)$/],
    ['run', /^source: missing\. Name the dataset: --source FILE/],
    [
      'run --source rows.csv --set fineTune.epoch=3',
      /^fineTune\.epoch: unknown field\. Did you mean epochs\? /,
    ],
    [
      'run --source rows.csv --set classes.rare=x',
      /^classes\.rare: "x" is invalid\. Expected a whole number from 1 to 500, or a list of texts\. /,
    ],
    ['run --input none.json', /^--input none\.json: no such file\. /],
    [
      'run --source rows.csv --address localhost:1',
      /^Temporal server: localhost:1 does not answer\. Give --address or TEMPORAL_ADDRESS, .*--embedded$/,
    ],
    ['worker --queues gpu', /^option '--queues <names>' argument 'gpu' is invalid\. /],
    ['run --source rows.csv --detach --embedded', /^--detach: cannot be used with --embedded/],
    ['retry', /^required option '--class <name>' not specified\. See: npx counterpoise retry --help$/],
    ['retry --class a --set classes.rare=2', /^classes: cannot be changed when a branch is retried\. /],
    ['report --models', /^--models: needs --push\. /],
    ['clean none.csv --out out', /none\.csv: no such file\. /],
    ['clean rows.csv --out out', /^columns\.label: .*rows\.csv has no column "industry"\. /],
    ['finetune --model . --texts none.jsonl --out out', /^none\.jsonl: no such file\. /],
    [
      'finetune --model . --texts rows.csv --out out --batch-size 0',
      /^--batch-size: 0 is invalid\. Expected a whole number from 1 to 4096\. /,
    ],
    [
      'generate --model . --prompts rows.csv --out out --num-beams four',
      /^--num-beams: "four" is invalid\. /,
    ],
    [
      'generate --model . --prompts rows.csv --out out --max-length 12',
      /^minLength: minLength is 200, more than maxLength, which is 12: set both\. /,
    ],
    ['fasttext train -input none.txt -output m', /^none\.txt: it cannot be read/],
    ['evaluate --train none.txt --test none.txt', /^none\.txt: /],
  ];
  for (const [argv, line] of mistakes)
    it(`${argv}: exit code 2 and one line`, async () => {
      const { exitCode, stdout, stderr } = await command(argv.split(' '), { cwd: folder });
      assert.match(stderr, /^counterpoise: .*\n$/);
      assert.match(stderr.slice('counterpoise: '.length).trimEnd(), line);
      assert.equal(stdout, '');
      assert.equal(exitCode, 2);
    });

  it('stand on the last line of standard output too, with --json', async () => {
    const { exitCode, stdout } = await command(
      ['run', '--source', 'rows.csv', '--set', 'adapt=3', '--json'],
      { cwd: folder },
    );
    const { error } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
    assert.deepEqual([exitCode, error.type, error.place], [2, 'InvalidInput', 'adapt']);
    assert.match(error.message, /^adapt: 3 is invalid\. /);
  });

  it('are none: help and version', async () => {
    const help = await command(['--help']);
    assert.equal(help.exitCode, 0);
    for (const name of [
      'demo',
      'worker',
      'run',
      'watch',
      'status',
      'cancel',
      'retry',
      'skip',
      'report',
      'doctor',
      'plan',
      'schedule',
      'artifacts',
      'clean',
      'pretrain',
      'finetune',
      'generate',
      'evaluate',
      'fasttext',
    ])
      assert.match(help.stdout, new RegExp(`^ {2}${name}\\b`, 'm'));
    assert.match((await command(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
