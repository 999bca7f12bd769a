import { setImmediate } from 'node:timers/promises';
import { fastTextLine } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { CorpusBuilder } from '../fasttext/corpus.ts';
import { LABEL_PREFIX } from '../fasttext/tokens.ts';
import { trainClassifier } from '../fasttext/training.ts';
import type { FastTextSettings } from '../settings/settings.ts';
import { ClassNames } from './class-names.ts';
import type { Classifier, PreparedRecords } from './classifier.ts';

/**
 * fastText as the judge. Records are read as the lines that `fastTextLine` makes of them, so that the C++ program
 * given those lines in the same order learns the same model.
 */
export function createFastTextClassifier(settings: FastTextSettings, threads: number): Classifier {
  return {
    effort: { epochs: settings.epoch, learningRate: settings.lr },
    prepare: (records) => prepareRecords(records, settings, threads),
  };
}

/** Records tokenised or predicted between two turns of the event loop. */
const RECORDS_AT_A_TIME = 1000;

async function prepareRecords(
  records: readonly Page[],
  settings: FastTextSettings,
  threads: number,
): Promise<PreparedRecords> {
  const builder = new CorpusBuilder();
  const names = new ClassNames();
  for (const [index, record] of records.entries()) {
    if (index % RECORDS_AT_A_TIME === 0) await setImmediate();
    const line = fastTextLine(record);
    builder.addLine(line);
    names.add(line.slice(LABEL_PREFIX.length, line.indexOf(' ')), record.label);
  }
  const corpus = builder.build();
  return {
    train: async (order, { seed, effort, apart, signal, onProgress }) => {
      const model = await trainClassifier({
        corpus,
        order,
        settings: effort ? { ...settings, epoch: effort.epochs, lr: effort.learningRate } : settings,
        seed,
        threads,
        apart,
        signal,
        onProgress: ({ done }) => onProgress?.(done),
      });
      return {
        predict: async (texts, signal) => {
          const predicted: string[] = [];
          for (const text of texts) {
            if (predicted.length % RECORDS_AT_A_TIME === 0) {
              await setImmediate();
              signal?.throwIfAborted();
            }
            const line = fastTextLine({ label: '', text });
            // A text of which nothing is known, which needs a minCount that drops even `</s>`: the most frequent class.
            predicted.push(names.of(model.predict(line)[0]?.label ?? model.labels[0]!));
          }
          return predicted;
        },
      };
    },
  };
}
