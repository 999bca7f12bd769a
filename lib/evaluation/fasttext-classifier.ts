import { fastTextLine } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { CorpusBuilder } from '../fasttext/corpus.ts';
import { LABEL_PREFIX } from '../fasttext/tokens.ts';
import { trainClassifier } from '../fasttext/training.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { FastTextSettings } from '../settings/settings.ts';
import type { Classifier, PreparedRecords } from './classifier.ts';
import { mostProbable, oneByOne } from './one-by-one.ts';

/** fastText on the lines of `fastTextLine`: the C++ program learns the same model of those lines in the same order. */
export function createFastTextClassifier(settings: FastTextSettings): Classifier {
  return {
    effort: { epochs: settings.epoch, learningRate: settings.lr },
    supports: { classWeights: true, logShift: true },
    prepare: (records) => prepareRecords(records, settings),
  };
}

async function prepareRecords(
  records: readonly Page[],
  settings: FastTextSettings,
): Promise<PreparedRecords> {
  const builder = new CorpusBuilder();
  for await (const record of oneByOne(records)) builder.addLine(fastTextLine(record));
  const corpus = builder.build();
  const names = classNames(records.map(({ label }) => label));
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
          for await (const text of oneByOne(texts, signal)) {
            const candidates = model
              .predict(fastTextLine({ label: '', text }), { k })
              .map(({ label, probability }) => ({ label: names.get(label)!, probability }));
            // A text of which nothing is known, which needs a minCount that drops even `</s>`: the most frequent class.
            predicted.push(mostProbable(candidates, logShift) ?? names.get(model.labels[0]!)!);
          }
          return predicted;
        },
      };
    },
  };
}

/**
 * The names of classes by their labels in fastText's format, which has no white space.
 * @throws {InvalidInput} where two are written the same way
 */
function classNames(labels: Iterable<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const name of new Set(labels)) {
    const written = fastTextLine({ label: name, text: '' }).slice(LABEL_PREFIX.length).split(' ', 1)[0]!;
    const other = names.get(written);
    if (other !== undefined)
      throw new InvalidInput(
        'labels',
        `the classes "${other}" and "${name}" are one and the same in fastText's format`,
        'Give them one spelling.',
      );
    names.set(written, name);
  }
  return names;
}
