/**
 * Training of fastText's supervised mode (Joulin et al. 2016, "Bag of tricks for efficient text classification").
 * With one thread, the same records in the same order with the same seed give the `.bin` file that `fasttext
 * supervised -thread 1` 0.9.2 gives, byte for byte. Several threads change the same weights without locks (Recht et
 * al. 2011, "Hogwild"), as there, and end in slightly other weights each time.
 */
import { setImmediate } from 'node:timers/promises';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { FastTextSettings } from '../settings/settings.ts';
import { toShared } from '../threads/shared-arrays.ts';
import { allRecords, type TokenisedCorpus } from './corpus.ts';
import { buildDictionary } from './dictionary.ts';
import { encodeRecords } from './encode-records.ts';
import { FastTextModel } from './model.ts';
import { ModelMemory } from './model-memory.ts';
import { MinStdRand } from './random-engine.ts';
import { runThreads } from './threads.ts';
import { type TrainerOptions, type TrainingProgress, trainEpochs } from './trainer.ts';

export interface ClassifierTraining {
  corpus: TokenisedCorpus;
  /** Whether nobody needs the corpus afterwards, so that its memory can be used again; false by default. */
  isCorpusSpent?: boolean;
  /** Records to train on, in this order every epoch; a record may stand in it often. All of them by default. */
  order?: Int32Array;
  /** By record number: each one's learning rate is multiplied by it; all alike by default. */
  weights?: Float32Array | undefined;
  settings: FastTextSettings;
  /** Seed of the start weights. */
  seed: number;
  /** Threads to train with; 1 by default, which alone gives the same model every time. */
  threads?: number;
  /** Whether a single thread is another than the calling one too, which then only waits; false by default. */
  apart?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

/**
 * Trains a model. Throws `InvalidInput` when there is no label to learn or the learning rate makes the weights
 * overflow, and the signal's reason when it is aborted.
 */
export async function trainClassifier(training: ClassifierTraining): Promise<FastTextModel> {
  const { corpus, settings, seed, order = allRecords(corpus), signal, onProgress } = training;
  requireBuckets(settings);
  const dictionary = buildDictionary(corpus, order, settings);
  requireWordsAndLabels(dictionary.wordCount, dictionary.labels.length, settings);
  const threads = Math.min(training.threads ?? 1, order.length);
  const isShared = threads > 1 || training.apart === true;
  const shape = {
    inputs: dictionary.rows,
    words: dictionary.wordCount,
    labels: dictionary.labels.length,
    dim: settings.dim,
  };
  const memory = ModelMemory.allocate(shape, threads, isShared);
  setStartWeights(memory, threads, seed);
  const options: Omit<TrainerOptions, 'thread' | 'counter'> = {
    records: encodeRecords(corpus, dictionary, order, training.isCorpusSpent ?? false),
    memory,
    settings,
    labelCounts: dictionary.labelCounts,
    tokensPerEpoch: dictionary.tokenCount,
    order: isShared ? toShared(order) : order,
    weights: training.weights,
    threads,
    seed,
  };
  if (isShared) await runThreads(options, signal, onProgress);
  else await runHere(options, signal, onProgress);
  // The C++ program reads its flags as 32-bit numbers, and keeps this one.
  return new FastTextModel({ ...settings, t: Math.fround(settings.t) }, dictionary, memory);
}

async function runHere(
  options: Omit<TrainerOptions, 'thread' | 'counter'>,
  signal: AbortSignal | undefined,
  onProgress: ClassifierTraining['onProgress'],
): Promise<void> {
  const counter = {
    value: 0,
    add(tokens: number) {
      this.value += tokens;
      return this.value;
    },
  };
  for (const progress of trainEpochs({ ...options, thread: 0, counter })) {
    onProgress?.(progress);
    await setImmediate();
    signal?.throwIfAborted();
  }
}

/**
 * Uniform in [-1/dim, 1/dim) over the first tenths of the input matrix, as many as there are threads, zero elsewhere.
 * That is what fastText 0.9.2 does: each thread fills one tenth, and words are sorted by count, so that the most
 * frequent ones get the random start.
 */
function setStartWeights({ input: { data, columns } }: ModelMemory, threads: number, seed: number): void {
  const bound = Math.fround(1 / columns);
  const size = Math.floor(data.length / 10);
  for (let thread = 0; thread < threads; thread++) {
    const random = new MinStdRand(seed + thread);
    const end = Math.min(data.length, (thread + 1) * size);
    for (let place = thread * size; place < end; place++) data[place] = random.uniform(-bound, bound);
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
