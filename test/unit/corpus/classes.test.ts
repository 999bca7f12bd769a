import assert from 'node:assert/strict';
import { chooseClasses } from '../../../lib/corpus/classes.ts';
import { mergeSpellings, tidyLabel } from '../../../lib/corpus/labels.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import type { ClassSettings, RunInput } from '../../../lib/settings/settings.ts';

const COUNTS = new Map([
  ['a', 500],
  ['b', 400],
  ['c', 300],
  ['d', 300],
  ['e', 50],
  ['f', 20],
  ['tiny', 3],
]);

const settings = (classes: NonNullable<RunInput['classes']>): ClassSettings =>
  parseSettings({ source: 'x', classes }).classes;

const choose = (classes: NonNullable<RunInput['classes']>, counts: Map<string, number> = COUNTS) =>
  chooseClasses(counts, settings(classes)).map(({ name, kind }) => `${name}:${kind}`);

const CHOICES: Array<[why: string, classes: NonNullable<RunInput['classes']>, chosen: string[]]> = [
  [
    'the most and the least frequent above the threshold, most frequent first',
    { frequent: 2, rare: 2, minRecords: 10 },
    ['a:frequent', 'b:frequent', 'e:rare', 'f:rare'],
  ],
  [
    'a class of exactly minRecords records is not above it',
    { frequent: 1, rare: 1, minRecords: 20 },
    ['a:frequent', 'e:rare'],
  ],
  [
    'equal counts are ordered by name',
    { frequent: 3, rare: 1, minRecords: 300 - 1 },
    ['a:frequent', 'b:frequent', 'c:frequent', 'd:rare'],
  ],
  [
    'by share of the largest: all above the floor, rare below the share',
    { rareBelow: 0.2, minRecords: 30 },
    ['a:frequent', 'b:frequent', 'c:frequent', 'd:frequent', 'e:rare'],
  ],
  [
    'names stand above a share',
    { rareBelow: 0.2, include: ['a', 'c'], rare: ['c'] },
    ['a:frequent', 'c:rare'],
  ],
  [
    'with too few for both, the rare come first and no class comes twice',
    { frequent: 5, rare: 4, minRecords: 10 },
    ['a:frequent', 'b:frequent', 'c:rare', 'd:rare', 'e:rare', 'f:rare'],
  ],
  [
    'one stays frequent where the rare would take all',
    { frequent: 5, rare: 5, minRecords: 100 },
    ['a:frequent', 'b:rare', 'c:rare', 'd:rare'],
  ],
  ['none frequent, if that is wanted', { frequent: 0, rare: 2, minRecords: 10 }, ['e:rare', 'f:rare']],
  [
    'named classes, whatever their case and the threshold',
    { include: ['F', 'a', 'b'], rare: ['f'], minRecords: 1000 },
    ['a:frequent', 'b:frequent', 'f:rare'],
  ],
];

const MISTAKES: Array<[why: string, classes: NonNullable<RunInput['classes']>, message: RegExp]> = [
  [
    'no class above the threshold',
    { minRecords: 1000 },
    /classes\.minRecords: no class has more than 1000 records.*a \(500\), b \(400\), c \(300\)/,
  ],
  ['one class above the threshold', { minRecords: 450 }, /only "a" would be kept.*lower classes\.minRecords/],
  [
    'a class with 3 records',
    { frequent: 1, rare: 1, minRecords: 1 },
    /the class "tiny" has 3 records.*classes\.minRecords to 9 or more/,
  ],
  [
    'a named class with 3 records',
    { include: ['a', 'tiny'], rare: ['tiny'] },
    /classes\.include: the class "tiny" has 3 records/,
  ],
  [
    'a named class that is absent',
    { include: ['a', 'zebra'], rare: ['a'] },
    /classes\.include: no record of the class "zebra".*a \(500\)/,
  ],
  [
    'a rare class that is not included',
    { include: ['a', 'b'], rare: ['c'] },
    /classes\.rare: "c" does not stand in classes\.include/,
  ],
  ['a single named class', { include: ['a'], rare: ['a'] }, /classes\.include: it names one class/],
];

describe('chooseClasses', () => {
  for (const [why, classes, chosen] of CHOICES) it(why, () => assert.deepEqual(choose(classes), chosen));

  it('does not depend on the order in which the classes were met', () => {
    const reversed = new Map([...COUNTS].reverse());
    assert.deepEqual(choose({ frequent: 2, rare: 3, minRecords: 10 }, reversed), [
      'a:frequent',
      'b:frequent',
      'd:rare',
      'e:rare',
      'f:rare',
    ]);
  });

  for (const [why, classes, message] of MISTAKES)
    it(`refuses ${why}`, () => assert.throws(() => choose(classes), { name: 'InvalidInput', message }));
});

describe('labels', () => {
  it('get single spaces and none at their ends', () =>
    assert.equal(tidyLabel('  luxury \t goods\n'), 'luxury goods'));

  it('that differ in case, spaces or underscores become the most frequent spelling', () => {
    const { spelling, merged } = mergeSpellings(
      new Map([
        ['Real Estate', 3],
        ['real estate', 9],
        ['real_estate', 4],
        ['retail', 1],
      ]),
    );
    assert.deepEqual(Object.fromEntries(spelling), {
      'Real Estate': 'real estate',
      'real estate': 'real estate',
      real_estate: 'real estate',
      retail: 'retail',
    });
    assert.deepEqual(merged, [
      { from: 'Real Estate', to: 'real estate', records: 3 },
      { from: 'real_estate', to: 'real estate', records: 4 },
    ]);
  });

  it('that are equally frequent become the first by code units, whichever was met first', () => {
    for (const order of [
      ['Wireless', 'wireless'],
      ['wireless', 'Wireless'],
    ])
      assert.equal(
        mergeSpellings(new Map(order.map((label) => [label, 2]))).spelling.get('wireless'),
        'Wireless',
      );
  });
});
