import { setImmediate } from 'node:timers/promises';
import { fastTextLine } from '../corpus/formats.ts';
import type { Page } from '../corpus/page.ts';
import { CorpusBuilder, LABEL_PREFIX } from '../fasttext/corpus.ts';
import { trainClassifier } from '../fasttext/training.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ClassifierSettings } from '../settings/settings.ts';
import type { Classifier, PreparedRecords } from './classifier.ts';

/**
 * fastText as the judge. Records are read as the lines that `fastTextLine` makes of them, so that the C++ program
 * given those lines in the same order learns the same model.
 */
export function createFastTextClassifier(settings: ClassifierSettings): Classifier {
  return {
    effort: { epochs: settings.epoch, learningRate: settings.lr },
    prepare: (records) => prepareRecords(records, settings),
  };
}

/** Records tokenised or predicted between two turns of the event loop. */
const RECORDS_AT_A_TIME = 1000;

async function prepareRecords(
  records: readonly Page[],
  { thread, ...settings }: ClassifierSettings,
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
    train: async (order, { seed, effort, signal, onProgress }) => {
      const model = await trainClassifier({
        corpus,
        order,
        settings: effort ? { ...settings, epoch: effort.epochs, lr: effort.learningRate } : settings,
        seed,
        threads: thread,
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

/** Leads back from the names that fastText's format has, without white space, to the records' own. */
class ClassNames {
  readonly #names = new Map<string, string>();

  add(written: string, name: string): void {
    const other = this.#names.get(written) ?? name;
    if (other !== name) {
      throw new InvalidInput(
        'labels',
        `the classes "${other}" and "${name}" are one and the same in fastText's format`,
        'Give them one spelling.',
      );
    }
    this.#names.set(written, name);
  }

  of(written: string): string {
    return this.#names.get(written) ?? written;
  }
}
