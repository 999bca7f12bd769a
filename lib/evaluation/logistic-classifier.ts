import type { Page } from '../corpus/page.ts';
import { LogisticRegression } from '../logistic-regression/logistic-regression.ts';
import { WordCounter } from '../logistic-regression/tfidf.ts';
import type { ClassifierSettings } from '../settings/settings.ts';
import type { Classifier, PreparedRecords } from './classifier.ts';
import { mostProbable, oneByOne } from './one-by-one.ts';

/** Logistic regression on TF-IDF, trained to convergence: effort, order and seed have no effect; a record drawn twice counts twice. */
export function createLogisticClassifier({ C: c }: Pick<ClassifierSettings, 'C'>): Classifier {
  return {
    supports: { classWeights: true, logShift: true },
    prepare: (records) => prepareRecords(records, c),
  };
}

async function prepareRecords(pages: readonly Page[], c: number): Promise<PreparedRecords> {
  const counter = new WordCounter();
  for await (const { text } of oneByOne(pages)) counter.add(text);
  const rows = counter.rows();
  return {
    train: async (order, { classWeights, signal, onProgress }) => {
      const weights = new Uint32Array(pages.length);
      for (const record of order) weights[record]!++;
      const classes = [...new Set(Array.from(order, (record) => pages[record]!.label))].sort();
      const numbers = new Map(classes.map((label, index) => [label, index]));
      const labels = Int32Array.from(pages, ({ label }) => numbers.get(label) ?? -1);
      const records = { counter, rows, labels, classes: classes.length };
      const model = await LogisticRegression.train({
        records,
        weights,
        classWeights: classWeights && Float64Array.from(classes, (label) => classWeights.get(label) ?? 1),
        c,
        signal,
        onProgress,
      });
      return {
        predict: async (texts, { signal, logShift } = {}) => {
          const predicted: string[] = [];
          for await (const text of oneByOne(texts, signal)) {
            const probabilities = model.probabilities(text);
            const candidates = classes.map((label, k) => ({ label, probability: probabilities[k]! }));
            predicted.push(mostProbable(candidates, logShift)!);
          }
          return predicted;
        },
      };
    },
  };
}
