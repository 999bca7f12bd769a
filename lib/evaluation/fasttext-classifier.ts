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
export function createFastTextClassifier(settings: FastTextSettings): Classifier {
  return {
    effort: { epochs: settings.epoch, learningRate: settings.lr },
    supports: { classWeights: true, logShift: true },
    prepare: (records) => prepareRecords(records, settings),
  };
}

/** Records tokenised or predicted between two turns of the event loop. */
const RECORDS_AT_A_TIME = 1000;

async function prepareRecords(
  records: readonly Page[],
  settings: FastTextSettings,
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
    train: async (order, { seed, effort, classWeights, ownThread, signal, onProgress }) => {
      const model = await trainClassifier({
        corpus,
        order,
        weights: classWeights && Float32Array.from(records, ({ label }) => classWeights.get(label) ?? 1),
        settings: effort ? { ...settings, epoch: effort.epochs, lr: effort.learningRate } : settings,
        seed,
        ownThread,
        signal,
        onProgress: ({ done }) => onProgress?.(done),
      });
      return {
        predict: async (texts, { signal, logShift } = {}) => {
          const predicted: string[] = [];
          // Without a shift the most probable class is the best, and the others need not be looked at.
          const k = logShift ? model.labels.length : 1;
          for (const text of texts) {
            if (predicted.length % RECORDS_AT_A_TIME === 0) {
              await setImmediate();
              signal?.throwIfAborted();
            }
            const line = fastTextLine({ label: '', text });
            const candidates = model
              .predict(line, { k })
              .map(({ label, probability }) => ({ label: names.of(label), probability }));
            // A text of which nothing is known, which needs a minCount that drops even `</s>`: the most frequent class.
            predicted.push(mostProbable(candidates, logShift) ?? names.of(model.labels[0]!));
          }
          return predicted;
        },
      };
    },
  };
}

/** The best class once the logarithms are shifted; of equal ones the first, undefined where there is none. */
function mostProbable(
  candidates: readonly { label: string; probability: number }[],
  logShift: ReadonlyMap<string, number> | undefined,
): string | undefined {
  if (!logShift) return candidates[0]?.label;
  const scores = candidates.map(
    ({ label, probability }) => Math.log(probability) + (logShift.get(label) ?? 0),
  );
  return candidates[scores.indexOf(Math.max(...scores))]?.label;
}
