import assert from 'node:assert/strict';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import { parseGroup, parseSettings } from '../../../lib/settings/parse.ts';

/** What a user writes, and where, what and which remedy the message names. */
const mistakes: [title: string, input: unknown, message: RegExp][] = [
  ['a missing source', {}, /^source: missing\. Expected text, or a list of texts\. Path, glob, file:/],
  ['no object at all', [], /^input: \[\] is invalid\. Expected an object\.$/],
  [
    'a field with a typo',
    { source: 'x', fineTune: { epoch: 3 } },
    /^fineTune\.epoch: unknown field\. Did you mean epochs\? Known fields here: objective, epochs, /,
  ],
  ['a mistyped source', { soruce: 'x' }, /^soruce: unknown field\. Did you mean source\? /],
  [
    'a field like no other',
    { source: 'x', colour: 1 },
    /^colour: unknown field\. Known fields here: source, columns, /,
  ],
  [
    'a word for a number',
    { source: 'x', classes: { rare: 'x' } },
    /^classes\.rare: "x" is invalid\. Expected a whole number from 1 to 500, or a list of texts\. Number of/,
  ],
  [
    'a number that is too small',
    { source: 'x', classes: { frequent: -1 } },
    /^classes\.frequent: -1 is invalid\. Expected a whole number from 0 to 1000\. /,
  ],
  [
    'a number that is too large',
    { source: 'x', split: { test: 2 } },
    /^split\.test: 2 is invalid\. Expected a number above 0 below 1\. Share/,
  ],
  [
    'a fraction for a whole number',
    { source: 'x', fineTune: { epochs: 1.5 } },
    /^fineTune\.epochs: 1\.5 is invalid\. Expected a whole number from 1 to 1000\. /,
  ],
  [
    'text for a switch',
    { source: 'x', fineTune: { shuffle: 'no' } },
    /^fineTune\.shuffle: "no" is invalid\. Expected true or false\. /,
  ],
  [
    'an unknown choice',
    { source: 'x', generate: { target: 'all' } },
    /^generate\.target: "all" is invalid\. Expected "largest" or "median" or "auto", or a number above 0 to 1, or a whole number from 2 to 10000000, or an object\. /,
  ],
  [
    'an unknown size of model',
    { source: 'x', model: { scratch: 'huge' } },
    /^model\.scratch: "huge" is invalid\. Expected "tiny" or "small"\. /,
  ],
  [
    'an unknown field of a model',
    { source: 'x', model: { scrach: 'tiny' } },
    /^model\.scrach: unknown field\. Did you mean scratch\? /,
  ],
  [
    'a model of another type',
    { source: 'x', model: 3 },
    /^model: 3 is invalid\. Expected text, or an object\. /,
  ],
  ['a list with a wrong entry', { source: ['a', 3] }, /^source\.1: 3 is invalid\. Expected text\.$/],
  [
    'a wrong field of a group that may be null',
    { source: 'x', adapt: { epochs: 0 } },
    /^adapt\.epochs: 0 is invalid\. Expected a whole number from 1 to 1000\. /,
  ],
  [
    'null where it stands for nothing',
    { source: 'x', fineTune: null },
    /^fineTune: null is invalid\. Expected an object\. /,
  ],
  [
    'another language',
    { source: 'x', language: 'deu' },
    /^language: "deu" is invalid\. Expected "eng", or null\. /,
  ],
  [
    'a duration without a unit',
    { source: 'x', onFailedBranch: { wait: '7' } },
    /^onFailedBranch\.wait: "7" is invalid\. Expected a number and a unit \(second, minute, hour or day\), as in "7 days"\. /,
  ],
  [
    'names of all classes without those of the rare ones',
    { source: 'x', classes: { include: ['a'] } },
    /^classes: include and a list of rare class names must be given together\. /,
  ],
  [
    'a duration of ages',
    { source: 'x', onFailedBranch: { wait: '10000 days' } },
    /^onFailedBranch\.wait: .* more than 0 seconds and less than 10,000 days/,
  ],
  [
    'no time at all',
    { source: 'x', onFailedBranch: { wait: '0 seconds' } },
    /^onFailedBranch\.wait: .* more than 0 seconds/,
  ],
  [
    'a greatest length below the default least length',
    { source: 'x', generate: { maxLength: 64 } },
    /^generate\.minLength: minLength is 200, more than maxLength, which is 64: set both/,
  ],
  [
    'a ratio above 1',
    { source: 'x', generate: { target: 1.5 } },
    /^generate\.target: 1\.5 is invalid\. Expected .* a number above 0 to 1, or a whole number from 2/,
  ],
  [
    'an amount beyond all bounds',
    { source: 'x', generate: { target: 1e9 } },
    /^generate\.target: 1000000000 is invalid\. Expected .* to 10000000, or an object\./,
  ],
  [
    'a name that is too long',
    { source: 'x', columns: { id: 'y'.repeat(2000) } },
    /^columns\.id: "y+… is invalid\. Expected at most 1000 characters\. /,
  ],
  [
    'a list that is too long',
    { source: Array.from({ length: 1001 }, (_, at) => `${at}`) },
    /^source: \["0",.*… is invalid\. Expected at most 1000 entries\. /,
  ],
  [
    'more than travels from stage to stage',
    { source: 'x', cleaning: { removeWords: Array.from({ length: 9000 }, (_, at) => `${at}`.repeat(20)) } },
    /^input: has [\d,]+ characters as JSON, more than 250,000\. Shorten its lists/,
  ],
  ['a long value', { source: 'x', columns: 'y'.repeat(500) }, /^columns: "y{70,80}… is invalid\. /],
];

describe('parseSettings', () => {
  for (const [title, input, message] of mistakes)
    it(`names the field and the expected value for ${title}`, () => {
      assert.throws(
        () => parseSettings(input),
        (error: unknown) => {
          assert.ok(error instanceof InvalidInput);
          assert.match(error.message, message);
          return true;
        },
      );
    });

  it('fills every field but source from the defaults', () => {
    const settings = parseSettings({ source: 'x.csv' });
    assert.equal(settings.columns.label, 'industry');
    assert.equal(settings.model, 'google-t5/t5-base');
    assert.equal(settings.adapt, null);
    assert.deepEqual(parseSettings(settings), settings);
  });

  it('fills the fields of a model that is trained from random weights', () => {
    const { model } = parseSettings({ source: 'x.csv', model: { scratch: 'tiny' } });
    assert.ok(typeof model === 'object');
    assert.equal(model.batchSize, 16);
  });
});

describe('the check of one group', () => {
  it('fills in what an older version did not know', () => {
    const { maxGradNorm: _, ...older } = parseSettings({ source: 'a.csv' }).fineTune;
    assert.deepEqual(parseGroup('fineTune', older), parseSettings({ source: 'a.csv' }).fineTune);
  });

  it('names the field that a retry set to what cannot be', () => {
    assert.throws(() => parseGroup('fineTune', { batchSize: 0 }), {
      name: 'InvalidInput',
      place: 'fineTune.batchSize',
      message: /^fineTune\.batchSize: 0 is invalid\. Expected a whole number from 1/,
    });
  });
});
