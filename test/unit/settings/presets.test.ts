import assert from 'node:assert/strict';
import { parseSettings } from '../../../lib/settings/parse.ts';

const parse = (input: object) => parseSettings({ source: 'pages.csv', ...input });

describe('a preset', () => {
  it('is paper unless another is named, and paper is the defaults', () => {
    assert.deepEqual(parse({}), parse({ preset: 'paper' }));
    assert.deepEqual(parse({}).generate.strategies, { prompt: 1, sketch: 0, infill: 0 });
    assert.equal(parse({}).fineTune.objective, 'fillInTheBlank');
  });

  it('makes words whole before characters are filtered where it is recommended, and not in paper', () => {
    assert.equal(parse({ preset: 'recommended' }).cleaning.normalise, true);
    assert.equal(parse({}).cleaning.normalise, false);
  });

  it('gives way to every single setting that is written', () => {
    const { generate, filter, classes } = parse({
      preset: 'recommended',
      generate: { strategies: { infill: 0 }, topP: 0.8, target: 'median' },
      filter: { nearDuplicates: null },
      classes: { minRecords: 100 },
    });
    const { generate: preset } = parse({ preset: 'recommended' });
    assert.deepEqual(generate, {
      ...preset,
      strategies: { ...preset.strategies, infill: 0 },
      topP: 0.8,
      target: 'median',
    });
    assert.equal(filter.nearDuplicates, null);
    assert.deepEqual([classes.minRecords, classes.rareBelow], [100, 0.2]);
  });

  it('trains a model by its kind: from random weights, adapted, as it is', () => {
    const of = (input: object) => parse({ preset: 'recommended', ...input });
    const scratch = of({ model: { scratch: 'tiny' } });
    const adapted = of({ adapt: { epochs: 2 } });
    const pretrained = of({});
    assert.equal(scratch.adapt?.objective, 'strategies');
    assert.deepEqual([adapted.adapt?.objective, adapted.adapt?.epochs], ['strategies', 2]);
    assert.equal(pretrained.adapt, null);
    assert.ok(scratch.fineTune.learningRate > pretrained.fineTune.learningRate);
    assert.equal(
      of({ model: { scratch: 'tiny' }, adapt: null }).adapt,
      null,
      'what is switched off stays off',
    );
  });

  it('leaves it to the user which classes are rare where he says so', () => {
    const { classes } = parse({ preset: 'recommended', classes: { rare: 2 } });
    assert.deepEqual([classes.rare, classes.rareBelow ?? null], [2, null]);
  });

  it('that there is none of, is said', () => {
    assert.throws(() => parse({ preset: 'best' }), {
      name: 'InvalidInput',
      message: /preset.*paper.*recommended/s,
    });
  });
});
