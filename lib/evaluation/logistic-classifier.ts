import { setImmediate } from 'node:timers/promises';
import type { Page } from '../corpus/page.ts';
import { LogisticRegression } from '../logistic-regression/logistic-regression.ts';
import { WordCounter, WordCountsBuilder } from '../logistic-regression/tfidf.ts';
import type { ClassifierSettings } from '../settings/settings.ts';
import type { Classifier, PreparedRecords } from './classifier.ts';

/** Records counted or predicted between two turns of the event loop. */
const RECORDS_AT_A_TIME = 500;

/**
 * Multinomial logistic regression on TF-IDF. It goes on to its optimum, so that it has no effort and knows neither
 * order nor seed: a record drawn twice counts twice.
 */
export function createLogisticClassifier({ C: c }: Pick<ClassifierSettings, 'C'>): Classifier {
  return {
    supports: { classWeights: true, logShift: true },
    prepare: (records) => prepareRecords(records, c),
  };
}

async function prepareRecords(pages: readonly Page[], c: number): Promise<PreparedRecords> {
  const counter = new WordCounter();
  const builder = new WordCountsBuilder();
  for (const [index, { text }] of pages.entries()) {
    if (index % RECORDS_AT_A_TIME === 0) await setImmediate();
    builder.add(counter.count(text, true));
  }
  const rows = builder.build();
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
        predict: async (texts, options = {}) => {
          const predicted: string[] = [];
          const shift = classes.map((label) => options.logShift?.get(label) ?? 0);
          for (const text of texts) {
            if (predicted.length % RECORDS_AT_A_TIME === 0) await setImmediate();
            options.signal?.throwIfAborted();
            const scores = model
              .probabilities(text)
              .map((probability, k) => Math.log(probability) + shift[k]!);
            predicted.push(classes[scores.indexOf(Math.max(...scores))]!);
          }
          return predicted;
        },
      };
    },
  };
}
