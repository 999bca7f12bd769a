import assert from 'node:assert/strict';
import { decideReuse, placeOf, type TextDifference } from '../../../lib/runs/reuse.ts';
import type { RunRecord } from '../../../lib/runs/run-record.ts';
import { datasetKey, fingerprintOf } from '../../../lib/runs/run-record.ts';
import { parseSettings } from '../../../lib/settings/parse.ts';
import type { RunInput } from '../../../lib/settings/settings.ts';

const reference = (name: string) => ({ uri: `file:///store/${name}`, digest: `sha256:${name}`, bytes: 1 });
const settingsOf = (change: Partial<RunInput> = {}) =>
  parseSettings({ source: '/pages.csv', model: { scratch: 'tiny' }, ...change });
const settings = settingsOf();

const previous: RunRecord = {
  recordVersion: 1,
  runId: 'before',
  dataset: 'pages',
  startedAt: '2026-11-17T06:30:00Z',
  finishedAt: '2026-11-17T07:30:00Z',
  fingerprint: '',
  settings,
  train: reference('train'),
  classes: [],
  base: { model: { 'config.json': reference('base') }, learntFrom: [reference('train')] },
  evaluations: {},
  previous: null,
  branches: [
    {
      class: 'printing',
      model: { 'config.json': reference('model') },
      base: { 'config.json': reference('base') },
      learntFrom: [reference('train'), reference('texts')],
      fineTune: settings.fineTune,
      generate: settings.generate,
      filter: settings.filter,
      kept: reference('kept'),
      nextPrompt: 70,
    },
  ],
};

const decide = (
  printing: Partial<TextDifference>,
  change: Partial<RunInput> = {},
  base: Partial<TextDifference> = {},
) => {
  const none = { share: 0, heldOut: 0 };
  const differences = { base: { ...none, ...base }, classes: { printing: { ...none, ...printing } } };
  const reuse = decideReuse(previous, settingsOf(change), differences);
  const { kept, records, trainFrom } = reuse.classes[0]!;
  return { base: !!reuse.base, kept: !!kept, records: records?.nextPrompt, trainFrom: !!trainFrom };
};

const ALL = { base: true, kept: true, records: 70, trainFrom: false };
const AGAIN = { ...ALL, kept: false, records: undefined };
const NOTHING = { ...AGAIN, base: false };

describe('what a run takes over', () => {
  const cases: [what: string, decided: ReturnType<typeof decide>, expected: typeof AGAIN | typeof ALL][] = [
    ['all, where nothing changed', decide({}), ALL],
    ['all, up to refresh.retrainAbove', decide({ share: 0.05 }), ALL],
    ['no model beyond refresh.retrainAbove', decide({ share: 0.051 }), AGAIN],
    ['a model up to what the settings say', decide({ share: 0.3 }, { refresh: { retrainAbove: 0.3 } }), ALL],
    [
      'a model to train from, where the settings want that',
      decide({ share: 0.5 }, { refresh: { trainFrom: 'previous' } }),
      { ...AGAIN, trainFrom: true },
    ],
    ['no model that knows a page of the hold-out', decide({ heldOut: 1 }), AGAIN],
    [
      'none to train from that knows a page of the hold-out',
      decide({ share: 0.5, heldOut: 1 }, { refresh: { trainFrom: 'previous' } }),
      AGAIN,
    ],
    ['no base that knows a page of the hold-out', decide({}, {}, { heldOut: 2 }), { ...ALL, base: false }],
    ['no base beyond refresh.retrainAbove', decide({}, {}, { share: 0.06 }), { ...ALL, base: false }],
    ['nothing of another model', decide({}, { model: { scratch: 'small' } }), NOTHING],
    ['no model that would be trained in another way', decide({}, { fineTune: { epochs: 6 } }), AGAIN],
    ['a model that would save at other times', decide({}, { fineTune: { checkpointSeconds: 5 } }), ALL],
    [
      'no records that would be written in another way',
      decide({}, { generate: { numBeams: 2 } }),
      { ...ALL, records: undefined },
    ],
    [
      'records where more or fewer are wanted',
      decide({}, { generate: { target: 'median', maxRounds: 4 } }),
      ALL,
    ],
  ];
  for (const [what, decided, expected] of cases) it(`is ${what}`, () => assert.deepEqual(decided, expected));

  it('is nothing for a class that is new', () => {
    assert.deepEqual(decideReuse(previous, settings, { classes: {} }).classes, []);
  });
});

describe('a run among those of its dataset', () => {
  const sources = [reference('source')];

  it('has the fingerprint of its content and settings, wherever the sources lie', () => {
    const moved = settingsOf({ source: '/elsewhere/*.csv', refresh: { previous: null } });
    assert.equal(fingerprintOf(sources, moved), fingerprintOf(sources, settings));
    assert.notEqual(fingerprintOf([reference('other')], settings), fingerprintOf(sources, settings));
    assert.notEqual(
      fingerprintOf(sources, settingsOf({ split: { seed: 3 } })),
      fingerprintOf(sources, settings),
    );
  });

  it('is of the same dataset by name, or by source and column', () => {
    assert.equal(datasetKey(settingsOf({ dataset: 'Home pages' })), 'Home pages');
    assert.match(datasetKey(settings), /^pages-[0-9a-f]{8}$/);
    assert.equal(datasetKey(settingsOf({ split: { seed: 3 } })), datasetKey(settings));
    assert.notEqual(datasetKey(settingsOf({ source: '/other/pages.csv' })), datasetKey(settings));
    assert.notEqual(datasetKey(settingsOf({ columns: { label: 'size' } })), datasetKey(settings));
  });

  it('refers to artifacts by stage and key, wherever the store lies', () => {
    const key = '0123456789abcdef0123456789abcdef';
    for (const store of ['file:///var/store', 's3://bucket/prefix'])
      assert.deepEqual(
        placeOf({ ...reference(''), uri: `${store}/prepare/${key}/classes/a%20b/texts.jsonl` }),
        {
          stage: 'prepare',
          key,
          file: 'classes/a b/texts.jsonl',
        },
      );
    assert.equal(placeOf(reference('hub/model.safetensors')), undefined);
  });
});
