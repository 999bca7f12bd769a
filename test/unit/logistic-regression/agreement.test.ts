import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BALANCING_METHODS } from '../../../lib/evaluation/balancing-methods.ts';
import { createLogisticClassifier } from '../../../lib/evaluation/logistic-classifier.ts';
import { LogisticRegression } from '../../../lib/logistic-regression/logistic-regression.ts';
import { WordCounter } from '../../../lib/logistic-regression/tfidf.ts';

const { labels, texts, tests, cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/logistic-regression/regression.json', import.meta.url), 'utf8'),
) as {
  labels: string[];
  texts: string[];
  tests: string[];
  cases: {
    name: string;
    order: number[];
    c: number;
    /** Whether the classes were weighted, by scikit-learn's `class_weight="balanced"`. */
    balanced: boolean;
    classes: string[];
    probabilities: number[][];
    predicted: string[];
  }[];
};
const pages = texts.map((text, index) => ({ id: String(index), text, label: labels[index]! }));

describe("scikit-learn's logistic regression on TF-IDF", () => {
  for (const { name, order, c, balanced, classes, probabilities, predicted } of cases) {
    const sizes = new Map<string, number>();
    for (const record of order) sizes.set(labels[record]!, (sizes.get(labels[record]!) ?? 0) + 1);
    const classWeights = balanced ? BALANCING_METHODS.weighted.classWeights!(sizes) : undefined;
    const what = `records ${name}, C ${c}${balanced ? ', balanced' : ''}`;

    it(`has the same probabilities: ${what}`, async () => {
      const counter = new WordCounter();
      for (const text of texts) counter.add(text);
      const weights = new Uint32Array(texts.length);
      for (const record of order) weights[record]!++;
      const numbers = Int32Array.from(labels, (label) => classes.indexOf(label));
      const model = await LogisticRegression.train({
        records: { counter, rows: counter.rows(), labels: numbers, classes: classes.length },
        weights,
        ...(classWeights && {
          classWeights: Float64Array.from(classes, (label) => classWeights.get(label)!),
        }),
        c,
      });
      for (const [index, text] of tests.entries())
        for (const [k, probability] of model.probabilities(text).entries())
          assert.ok(
            Math.abs(probability - probabilities[index]![k]!) < 3e-4,
            `${classes[k]} of "${text}": ${probability} in place of ${probabilities[index]![k]}`,
          );
    });

    it(`predicts the same: ${what}`, async () => {
      const prepared = await createLogisticClassifier({ C: c }).prepare(pages);
      const trained = await prepared.train(Int32Array.from(order), { seed: 1, classWeights });
      assert.deepEqual(await trained.predict(tests), predicted);
    });
  }

  it('knows neither the order of the records nor a seed', async () => {
    const prepared = await createLogisticClassifier({ C: 1 }).prepare(pages);
    const order = Int32Array.from(pages.keys());
    const first = await prepared.train(order, { seed: 1 });
    const second = await prepared.train(order.toReversed(), { seed: 2 });
    assert.deepEqual(await first.predict(texts), await second.predict(texts));
  });

  it('stops when it is told to, with the reason', async () => {
    const prepared = await createLogisticClassifier({ C: 1 }).prepare(pages);
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(prepared.train(Int32Array.of(0, 25), { seed: 1, signal }), /enough/);
  });
});
