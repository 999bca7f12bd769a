import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssignments, readRunInput } from '../../../client/run-input.ts';
import { InvalidInput } from '../../../lib/settings/invalid-input.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('the input of a run', () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  const assignments: [given: string[], fields: unknown][] = [
    [['classes.rare=3'], { classes: { rare: 3 } }],
    [['columns.label=topic'], { columns: { label: 'topic' } }],
    [['columns.label="3"'], { columns: { label: '3' } }],
    [['adapt=null'], { adapt: null }],
    [['fineTune.shuffle=false', 'fineTune.epochs=2'], { fineTune: { shuffle: false, epochs: 2 } }],
    [['classes.rare=["a","b c"]'], { classes: { rare: ['a', 'b c'] } }],
    [['columns.text=a=b'], { columns: { text: 'a=b' } }],
    [['columns.text='], { columns: { text: '' } }],
    [['model=google-t5/t5-small', 'model.scratch=tiny'], { model: { scratch: 'tiny' } }],
    [['generate.target=10', 'generate.target=median'], { generate: { target: 'median' } }],
  ];
  for (const [given, fields] of assignments)
    it(`takes --set ${given.join(' --set ')}`, () => assert.deepEqual(readAssignments(given), fields));

  for (const given of ['classes.rare', '=3', '.rare=3', 'classes..rare=3', 'classes.=3'])
    it(`refuses --set ${given}, which sets nothing`, () =>
      assert.throws(() => readAssignments([given]), {
        name: 'InvalidInput',
        message: /^--set: ".*" sets nothing\. Write/,
      }));

  it('refuses to set the prototype of all objects', () => {
    assert.throws(() => readAssignments(['__proto__.polluted=1']), InvalidInput);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });

  it('puts flags over the file of --input, field by field', () => {
    const input = write('input.json', '{"source": "/a.csv", "classes": {"rare": 2, "minRecords": 9}}');
    assert.deepEqual(readRunInput({ input, source: ['/b.csv'], set: ['classes.rare=4'] }), {
      source: '/b.csv',
      classes: { rare: 4, minRecords: 9 },
    });
  });

  it('gives what the user wrote and not the defaults', () => {
    assert.deepEqual(readRunInput({ source: ['/b.csv'] }), { source: '/b.csv' });
  });

  it('takes several sources as a list', () => {
    assert.deepEqual(readRunInput({ source: ['/a.csv', '/b.csv'] }).source, ['/a.csv', '/b.csv']);
  });

  it('makes paths absolute and leaves addresses and hub ids alone', () => {
    mkdirSync(join(folder, 'my-t5'));
    const source = ['rows.csv', '../up/*.csv', '/there.csv', 'file:///there.csv', 's3://bucket/rows.csv'];
    const read = (model: string) => readRunInput({ source, set: [`model=${model}`], folder });
    assert.deepEqual(read('my-t5'), {
      source: [join(folder, 'rows.csv'), join(folder, '..', 'up', '*.csv'), ...source.slice(2)],
      model: join(folder, 'my-t5'),
    });
    assert.equal(read('./not-there').model, join(folder, 'not-there'));
    assert.equal(read('google-t5/t5-base').model, 'google-t5/t5-base');
  });

  const mistakes: [title: string, given: () => Parameters<typeof readRunInput>[0], message: RegExp][] = [
    ['no source', () => ({}), /^source: missing\. Name the dataset: --source FILE/],
    [
      'an input file that is not there',
      () => ({ input: join(folder, 'none.json') }),
      /none\.json: no such file\. /,
    ],
    [
      'an input file that is not JSON',
      () => ({ input: write('broken.json', '{"source": ') }),
      /broken\.json: is not JSON \(/,
    ],
    [
      'an input file of another shape',
      () => ({ input: write('list.json', '["a.csv"]') }),
      /is not a JSON object\. /,
    ],
    [
      'an unknown field',
      () => ({ source: ['a'], set: ['fineTune.epoch=3'] }),
      /^fineTune\.epoch: unknown field\. Did you mean epochs\?/,
    ],
    [
      'a wrong type in the file',
      () => ({ input: write('type.json', '{"source": "a", "classes": {"rare": "five"}}') }),
      /^classes\.rare: "five" is invalid\. /,
    ],
    [
      'a group that is no object',
      () => ({ source: ['a'], set: ['fineTune=3'] }),
      /^fineTune: 3 is invalid\. Expected an object\. /,
    ],
  ];
  for (const [title, given, message] of mistakes)
    it(`names the place and the remedy for ${title}`, () =>
      assert.throws(() => readRunInput(given()), { name: 'InvalidInput', message }));
});
