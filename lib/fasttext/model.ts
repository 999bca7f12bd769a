import type { FastTextSettings } from '../settings/settings.ts';
import type { Dictionary } from './dictionary.ts';
import type { Loss } from './losses/loss.ts';
import { createLoss } from './losses/losses.ts';
import type { Matrix, ModelMemory, Scratch } from './model-memory.ts';
import { PlainTextEncoder } from './text-encoder.ts';

/** One predicted label. */
export interface Prediction {
  /** Without its `__label__`. */
  label: string;
  /** As fastText prints it, which is 0.00001 above the softmax and so may pass 1 by that much. */
  probability: number;
}

export interface LabelOptions {
  /** How many labels at most; 1 by default. */
  k?: number;
  /** No label of a smaller probability; 0 by default. */
  threshold?: number;
  /** Whether the text is a whole line, true by default: fastText reads a last line without a line break without `</s>`. */
  terminated?: boolean;
}

/** A trained classifier: fastText's supervised model. */
export class FastTextModel {
  readonly settings: FastTextSettings;
  readonly dictionary: Dictionary;
  /** One row per word and per bucket. */
  readonly input: Matrix;
  /** One row per label. */
  readonly output: Matrix;
  readonly #loss: Loss;
  readonly #encoder: PlainTextEncoder;
  readonly #scratch: Scratch;

  constructor(settings: FastTextSettings, dictionary: Dictionary, memory: ModelMemory) {
    this.settings = settings;
    this.dictionary = dictionary;
    this.input = memory.input;
    this.output = memory.output;
    this.#loss = createLoss(settings, dictionary.labelCounts);
    this.#encoder = new PlainTextEncoder(dictionary);
    this.#scratch = memory.scratch;
  }

  /** The labels it can predict, most frequent in its training first. */
  get labels(): readonly string[] {
    return this.dictionary.labels;
  }

  /**
   * The most probable labels of a text or its UTF-8, best first; labels in the text itself are ignored. A text of which the
   * model knows nothing at all, not even the end of its line, has no predictions.
   */
  predict(text: string | Uint8Array, options: LabelOptions = {}): Prediction[] {
    const { k = 1, threshold = 0, terminated = true } = options;
    const { line } = this.#encoder;
    this.#encoder.encode(text, terminated);
    if (line.length === 0) return [];
    this.#scratch.readHidden(line.rows, line.length);
    return this.#loss
      .predict(this.#scratch, k, threshold)
      .map(({ score, label }) => ({ label: this.labels[label]!, probability: Math.fround(Math.exp(score)) }));
  }

  /** The vector of a word, in UTF-8: the mean of its own row, if it has one, and those of its character n-grams. */
  wordVector(token: Uint8Array): Float32Array {
    const { line } = this.#encoder;
    const entry = this.dictionary.findToken(token);
    const subwords = this.dictionary.subwordsOf(token);
    line.start();
    line.addRow(entry < this.dictionary.wordCount ? entry : -1);
    line.addRows(subwords, 0, subwords.length);
    if (line.length === 0) return new Float32Array(this.settings.dim);
    this.#scratch.readHidden(line.rows, line.length);
    return this.#scratch.hidden.slice();
  }
}
