import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { evaluateMethod } from '../../../lib/evaluation/evaluate-method.ts';
import { type ClassifierSettings, settingsSchema } from '../../../lib/settings/settings.ts';
import { makePages } from './pages.ts';

const { classifier: paper, evaluation } = settingsSchema.parse({ source: 'none' });

const train = makePages({ 'crude oil': 60, gold: 6, tin: 4 });
const test = makePages({ 'crude oil': 20, gold: 10, tin: 10 }, 2);

const evaluate = (classifier: ClassifierSettings) =>
  evaluateMethod({ method: 'oversample', train, test, classifier, evaluation: { ...evaluation, seeds: 2 } });

const quick = { ...paper, dim: 10, lr: 0.5 };

describe('the kinds of classifier', () => {
  it('judge with logistic regression, to which all protocols are one', async () => {
    const { result } = await evaluate({ ...quick, kind: 'logisticRegression' });
    assert.ok(result.macroF1 > 0.95, String(result.macroF1));
    assert.deepEqual(result.protocols.paper, result.protocols['equal-updates']);
    assert.equal(result.perSeed[0]!.effort, undefined);
  });
});

describe('docs/classifiers.md', () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

  it('shows examples/own-classifier.ts as it is, in 30 lines', () => {
    const example = read('examples/own-classifier.ts');
    assert.ok(read('docs/classifiers.md').includes(`\`\`\`ts\n${example}\`\`\``));
    assert.ok(example.trimEnd().split('\n').length <= 30);
  });

  it('shows a classifier that works', async () => {
    const { createNearestClass } = await import('../../../examples/own-classifier.ts');
    const { result } = await evaluateMethod({
      ...{ method: 'regular', train, test, evaluation },
      classifier: createNearestClass(),
    });
    assert.ok(result.macroF1 > 0.9, String(result.macroF1));
  });
});
