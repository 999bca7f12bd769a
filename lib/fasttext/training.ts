/**
 * Training of fastText's supervised mode (Joulin et al. 2016, "Bag of tricks for efficient text classification").
 * The same records in the same order with the same seed give the `.bin` file that `fasttext supervised -thread 1` 0.9.2
 * gives, byte for byte.
 */
import { setImmediate } from 'node:timers/promises';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { FastTextSettings } from '../settings/settings.ts';
import { allRecords, type TokenisedCorpus } from './corpus.ts';
import { buildDictionary } from './dictionary.ts';
import { FastTextModel } from './model.ts';
import { ModelMemory } from './model-memory.ts';
import { trainInOwnThread } from './own-thread.ts';
import { encodeRecords } from './records.ts';
import { type TrainerOptions, type TrainingProgress, trainEpochs } from './trainer.ts';

export interface ClassifierTraining {
  corpus: TokenisedCorpus;
  /** Records to train on, in this order every epoch; a record may stand in it often. All of them by default. */
  order?: Int32Array;
  /** By record number: each one's learning rate is multiplied by it; all alike by default. */
  weights?: Float32Array | undefined;
  settings: FastTextSettings;
  /** Seed of the start weights. */
  seed: number;
  /** Whether it has a thread of its own, for which the calling one only waits; false by default. */
  ownThread?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

/**
 * Trains a model. Throws `InvalidInput` when there is no label to learn or the learning rate makes the weights
 * overflow, and the signal's reason when it is aborted.
 */
export async function trainClassifier(training: ClassifierTraining): Promise<FastTextModel> {
  const { corpus, settings, seed, order = allRecords(corpus), ownThread = false } = training;
  requireBuckets(settings);
  const dictionary = buildDictionary(corpus, order, settings);
  requireWordsAndLabels(dictionary.wordCount, dictionary.labels.length, settings);
  const shape = { inputs: dictionary.rows, labels: dictionary.labels.length, dim: settings.dim };
  const memory = new ModelMemory(shape);
  const options: TrainerOptions = {
    records: encodeRecords(corpus, dictionary),
    settings,
    labelCounts: dictionary.labelCounts,
    tokensPerEpoch: dictionary.tokenCount,
    order,
    weights: training.weights,
    seed,
  };
  await follow((ownThread ? trainInOwnThread : trainEpochs)(memory, options), training);
  // The C++ program reads its flags as 32-bit numbers, and keeps this one.
  return new FastTextModel({ ...settings, t: Math.fround(settings.t) }, dictionary, memory);
}

async function follow(
  epochs: Iterable<TrainingProgress> | AsyncIterable<TrainingProgress>,
  { signal, onProgress }: ClassifierTraining,
): Promise<void> {
  for await (const progress of epochs) {
    if (Number.isNaN(progress.loss))
      throw new InvalidInput('classifier.lr', 'the weights overflowed', 'Choose a smaller learning rate.');
    onProgress?.(progress);
    await setImmediate();
    signal?.throwIfAborted();
  }
}

function requireBuckets({ maxn, wordNgrams, bucket }: FastTextSettings): void {
  if (bucket > 0 || (maxn === 0 && wordNgrams === 1)) return;
  throw new InvalidInput('classifier.bucket', '0 leaves n-grams no place', 'Give at least 1, or no n-grams.');
}

function requireWordsAndLabels(words: number, labels: number, { loss }: FastTextSettings): void {
  if (labels === 0 || words === 0) {
    throw new InvalidInput(
      'training records',
      `they have ${words} words and ${labels} labels`,
      'Give records that have both, or a smaller minCount.',
    );
  }
  if (loss === 'ns' && labels === 1) {
    throw new InvalidInput(
      'classifier.loss',
      'ns trains a class against others, and there is one class only',
      'Choose softmax, or give records of two classes.',
    );
  }
}
