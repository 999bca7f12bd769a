/** The steps of a training on its records, until the epochs are done. */
import type { FastTextSettings } from '../settings/settings.ts';
import { createLoss } from './losses/losses.ts';
import type { ModelMemory } from './model-memory.ts';
import { MinStdRand } from './random-engine.ts';
import { type EncodedRecords, RecordReader } from './records.ts';

/** Tokens between two yields to the caller: some tens of milliseconds. */
const TOKENS_BETWEEN_PAUSES = 50_000;

export interface TrainingProgress {
  /** Share of the training that is done, 0 to 1. */
  done: number;
  /** Mean loss since the beginning; NaN once the learning rate has made the weights overflow. */
  loss: number;
  learningRate: number;
}

export interface TrainerOptions {
  records: EncodedRecords;
  settings: FastTextSettings;
  /** How often each label occurs. */
  labelCounts: readonly number[];
  /** Tokens of one epoch. */
  tokensPerEpoch: number;
  /** Records to train on, in this order every epoch. */
  order: Int32Array;
  /** By record number: each one's learning rate is multiplied by it. */
  weights: Float32Array | undefined;
  seed: number;
}

/**
 * Gives a memory of zeros its start weights, goes through the records until `epoch` times their tokens are done, and yields every now and then how far it is. The
 * learning rate falls with the tokens, but is looked at only every `lrUpdateRate` tokens, and the last few records of
 * the last epoch may be seen once more or once less: so does fastText.
 */
export function* trainEpochs(memory: ModelMemory, options: TrainerOptions): Generator<TrainingProgress> {
  const { settings, order, weights, tokensPerEpoch } = options;
  const { scratch } = memory;
  setStartWeights(memory, options.seed);
  const reader = new RecordReader(options.records);
  const loss = createLoss(settings, options.labelCounts);
  const random = new MinStdRand(options.seed);
  let [lossSum, examples] = [0, 0];
  /** One step on the record that was read. */
  const learn = (learningRate: number) => {
    const { labels, line } = reader;
    // A record of several labels learns one of them each time; the draw is made for a single one too.
    const target = loss.learnsAllLabels ? 0 : labels[random.int(labels.length)]!;
    scratch.readHidden(line.rows, line.length);
    scratch.gradient.fill(0);
    lossSum += loss.forward(labels, target, scratch, learningRate, random);
    examples++;
    scratch.moveInput();
  };
  const meanLoss = () => (examples === 0 ? 0 : lossSum / examples);
  const target = Math.fround(settings.epoch * tokensPerEpoch);
  // The C++ program reads its flags as 32-bit numbers.
  const initialRate = Math.fround(settings.lr);
  let [counted, sinceUpdate, sincePause] = [0, 0, 0];
  for (let place = 0; counted < settings.epoch * tokensPerEpoch; place = (place + 1) % order.length) {
    const done = Math.fround(Math.fround(counted) / target);
    const learningRate = Math.fround(initialRate * (1 - done));
    const record = order[place]!;
    const tokens = reader.read(record);
    if (reader.labels.length > 0 && reader.line.length > 0)
      learn(weights ? learningRate * weights[record]! : learningRate);
    sinceUpdate += tokens;
    sincePause += tokens;
    if (sinceUpdate > settings.lrUpdateRate) {
      counted += sinceUpdate;
      sinceUpdate = 0;
    }
    if (sincePause > TOKENS_BETWEEN_PAUSES) {
      sincePause = 0;
      yield { done, loss: meanLoss(), learningRate };
    }
  }
  yield { done: 1, loss: meanLoss(), learningRate: 0 };
}

/**
 * Uniform in [-1/dim, 1/dim) over the first tenth of the input matrix, zero elsewhere. That is what fastText 0.9.2 does:
 * it leaves a tenth to each of its threads, and words are sorted by count, so that the most frequent ones get the random
 * start.
 */
function setStartWeights({ input: { data, columns } }: ModelMemory, seed: number): void {
  const bound = Math.fround(1 / columns);
  const random = new MinStdRand(seed);
  const end = Math.floor(data.length / 10);
  for (let place = 0; place < end; place++) data[place] = random.uniform(-bound, bound);
}
