import assert from 'node:assert/strict';
import { Command } from 'commander';
import { columnAssignments, expandFastTextFlags } from '../../../client/commands/flags.ts';
import { newRunId } from '../../../client/runs.ts';
import { addSettingFlags, settingsOf } from '../../../client/setting-flags.ts';
import { datasetName } from '../../../lib/settings/dataset-name.ts';
import { settingsSchema } from '../../../lib/settings/settings.ts';

describe("fastText's flags", () => {
  const cases: [given: string, read: string][] = [
    [
      'fasttext train -input a.txt -lr 0.1 -wordNgrams 2',
      'fasttext train --input a.txt --lr 0.1 --wordNgrams 2',
    ],
    ['fasttext train --input a.txt -t 0.001', 'fasttext train --input a.txt --t 0.001'],
    ['fasttext predict m.bin - -1', 'fasttext predict m.bin - -1'],
    ['fasttext -h', 'fasttext -h'],
    ['run -lr 0.1', 'run -lr 0.1'],
  ];
  for (const [given, read] of cases)
    it(`reads "${given}" as "${read}"`, () =>
      assert.deepEqual(expandFastTextFlags(given.split(' ')), read.split(' ')));
});

describe('flags made from settings', () => {
  const group = settingsSchema.shape.generate.unwrap();
  const parse = (...argv: string[]) => {
    const command = addSettingFlags(new Command(), group, { without: ['target'] }).exitOverride();
    command.configureOutput({ writeErr: () => {} }).parse(argv, { from: 'user' });
    return settingsOf(group, command.opts());
  };

  it('fill what is not given from the defaults', () => assert.deepEqual(parse(), group.parse({})));

  it("are spelled as transformers', and --no-repeat-ngram-size takes a number", () => {
    const settings = parse('--no-repeat-ngram-size', '3', '--num-beams', '1', '--min-length', '0');
    assert.deepEqual([settings.noRepeatNgramSize, settings.numBeams, settings.minLength], [3, 1, 0]);
  });

  it('name the flag when its value is invalid', () =>
    assert.throws(() => parse('--num-beams', '0'), {
      name: 'InvalidInput',
      message: /^--num-beams: 0 is invalid\. Expected a whole number from 1 to 64\. Number of beams/,
    }));

  it('have none for a field that was left out', () =>
    assert.throws(() => parse('--target', '3'), /unknown option/));

  it('switch on what is off by default', () => {
    const { doSample, temperature, topK, topP, seed } = parse(
      '--do-sample',
      '--temperature',
      '0.7',
      '--top-k',
      '20',
      '--top-p',
      '0.9',
      '--seed',
      '3',
    );
    assert.deepEqual([doSample, temperature, topK, topP, seed], [true, 0.7, 20, 0.9, 3]);
    assert.equal(parse('--early-stopping', 'never').earlyStopping, 'never');
    assert.equal(parse('--early-stopping', 'true').earlyStopping, true);
  });

  it('switch off with --no- what is on by default', () => {
    const fineTune = settingsSchema.shape.fineTune.unwrap();
    const command = addSettingFlags(new Command(), fineTune).parse(['--no-shuffle', '--dropout', '0'], {
      from: 'user',
    });
    const settings = settingsOf(fineTune, command.opts());
    assert.deepEqual([settings.shuffle, settings.dropout], [false, 0]);
  });
});

describe('columns', () => {
  it('become assignments of text, even where they look like numbers', () =>
    assert.deepEqual(columnAssignments('label=topic, text=3'), [
      'columns.label="topic"',
      'columns.text="3"',
    ]));

  it('refuse what names no column', () =>
    assert.throws(() => columnAssignments('topic'), {
      name: 'InvalidInput',
      message: /^--columns: "topic" names no column/,
    }));
});

describe('the id of a run', () => {
  const cases: [source: string | string[], name: string][] = [
    ['/data/reuters.csv', 'reuters'],
    ['/data/My scrape.v2.csv.gz', 'my-scrape'],
    [['/a/first.jsonl', '/a/second.jsonl'], 'first'],
    ['/data/pages/', 'pages'],
    ['/data/pages-*.csv', 'pages'],
    ['s3://bucket/läden.csv', 'läden'],
    ['/data/***', 'data'],
    ['***', 'dataset'],
    ['/data/.hidden', 'hidden'],
  ];
  for (const [source, name] of cases)
    it(`calls ${JSON.stringify(source)} ${name}`, () => assert.equal(datasetName(source), name));

  it('ends in the time of its start', () =>
    assert.equal(
      newRunId('/data/reuters.csv', new Date('2026-11-24T09:30:15.999Z')),
      'counterpoise-reuters-20261124-093015',
    ));
});
