/** The steps of a training on its records, until the epochs are done. */
import type { FastTextSettings } from '../settings/settings.ts';
import type { Loss } from './losses/loss.ts';
import { createLoss } from './losses/losses.ts';
import type { ModelMemory, Scratch } from './model-memory.ts';
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
  memory: ModelMemory;
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
 * Goes through the records until `epoch` times their tokens are done, and yields every now and then how far it is. The
 * learning rate falls with the tokens, but is looked at only every `lrUpdateRate` tokens, and the last few records of
 * the last epoch may be seen once more or once less: so does fastText.
 */
export function* trainEpochs(options: TrainerOptions): Generator<TrainingProgress> {
  const { settings, order, weights, tokensPerEpoch } = options;
  const trainer = new Trainer(options);
  const target = Math.fround(settings.epoch * tokensPerEpoch);
  // The C++ program reads its flags as 32-bit numbers.
  const initialRate = Math.fround(settings.lr);
  let counted = 0;
  let sinceUpdate = 0;
  let sincePause = 0;
  let place = 0;
  while (counted < settings.epoch * tokensPerEpoch) {
    const done = Math.fround(Math.fround(counted) / target);
    const learningRate = Math.fround(initialRate * (1 - done));
    const record = order[place]!;
    const tokens = trainer.step(record, weights ? learningRate * weights[record]! : learningRate);
    place = place + 1 === order.length ? 0 : place + 1;
    sinceUpdate += tokens;
    sincePause += tokens;
    if (sinceUpdate > settings.lrUpdateRate) {
      counted += sinceUpdate;
      sinceUpdate = 0;
    }
    if (sincePause > TOKENS_BETWEEN_PAUSES) {
      sincePause = 0;
      yield { done, loss: trainer.meanLoss, learningRate };
    }
  }
  yield { done: 1, loss: trainer.meanLoss, learningRate: 0 };
}

class Trainer {
  readonly #reader: RecordReader;
  readonly #loss: Loss;
  readonly #scratch: Scratch;
  readonly #random: MinStdRand;
  #lossSum = 0;
  #examples = 0;

  constructor({ records, memory, settings, labelCounts, seed }: TrainerOptions) {
    this.#reader = new RecordReader(records);
    this.#loss = createLoss(settings, labelCounts);
    this.#scratch = memory.scratch;
    this.#random = new MinStdRand(seed);
  }

  get meanLoss(): number {
    return this.#examples === 0 ? 0 : this.#lossSum / this.#examples;
  }

  /** Trains on one record and returns how many tokens it has, its label and line end among them. */
  step(record: number, learningRate: number): number {
    const tokens = this.#reader.read(record);
    const { labels, line } = this.#reader;
    if (labels.length > 0 && line.length > 0) this.#update(labels, learningRate);
    return tokens;
  }

  #update(labels: readonly number[], learningRate: number): void {
    const { line } = this.#reader;
    const scratch = this.#scratch;
    // A record of several labels learns one of them each time; the draw is made for a single one too.
    const target = this.#loss.learnsAllLabels ? 0 : labels[this.#random.int(labels.length)]!;
    scratch.readHidden(line.rows, line.length);
    scratch.gradient.fill(0);
    this.#lossSum += this.#loss.forward(labels, target, scratch, learningRate, this.#random);
    this.#examples++;
    scratch.moveInput();
  }
}
