import type { FastTextSettings } from '../settings/settings.ts';
import type { Dictionary } from './dictionary.ts';
import { hashOf } from './hash.ts';
import { LineEncoder } from './line-encoder.ts';
import type { Loss } from './losses/loss.ts';
import { createLoss } from './losses/losses.ts';
import type { Matrix, ModelMemory } from './model-memory.ts';
import { END_OF_LINE, isLabel, splitTokens, toBytes } from './tokens.ts';

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
  readonly #memory: ModelMemory;
  readonly #loss: Loss;
  readonly #encoder: LineEncoder;
  /** Rows of known words' n-grams, found once. */
  readonly #subwords = new Map<number, Int32Array>();

  constructor(settings: FastTextSettings, dictionary: Dictionary, memory: ModelMemory) {
    this.settings = settings;
    this.dictionary = dictionary;
    this.#memory = memory;
    this.#loss = createLoss(settings, dictionary.labelCounts);
    this.#encoder = new LineEncoder({ wordCount: dictionary.wordCount, ...dictionary.settings });
  }

  /** One row per word and per bucket. */
  get input(): Matrix {
    return this.#memory.input;
  }

  /** One row per label. */
  get output(): Matrix {
    return this.#memory.output;
  }

  /** The labels it can predict, most frequent in its training first. */
  get labels(): readonly string[] {
    return this.dictionary.labels;
  }

  /**
   * The most probable labels of a text, best first; labels in the text itself are ignored. A text of which the model knows
   * nothing at all, not even the end of its line, has no predictions.
   */
  predict(text: string, options?: LabelOptions): Prediction[] {
    return this.predictBytes(toBytes(text), options);
  }

  /** The same of a line as a string of bytes. */
  predictBytes(line: string, { k = 1, threshold = 0, terminated = true }: LabelOptions = {}): Prediction[] {
    const encoder = this.#encoder;
    encoder.start();
    for (const token of splitTokens(line)) this.#add(token);
    if (terminated) this.#add(END_OF_LINE);
    encoder.finish();
    if (encoder.length === 0) return [];
    this.#memory.scratch.readHidden(encoder.rows, encoder.length);
    return this.#loss
      .predict(this.#memory.scratch, k, threshold)
      .map(({ score, label }) => ({ label: this.labels[label]!, probability: Math.fround(Math.exp(score)) }));
  }

  /** The vector of a word: the mean of its own row, if it has one, and those of its character n-grams. */
  wordVector(token: string): Float32Array {
    const encoder = this.#encoder;
    const entry = this.dictionary.find(token);
    encoder.start();
    encoder.addRow(entry < this.dictionary.wordCount ? entry : -1);
    encoder.addRows(this.dictionary.subwordsOf(token));
    if (encoder.length === 0) return new Float32Array(this.settings.dim);
    this.#memory.scratch.readHidden(encoder.rows, encoder.length);
    return this.#memory.scratch.hidden.slice();
  }

  #add(token: string): void {
    const { wordCount, settings } = this.dictionary;
    const entry = this.dictionary.find(token);
    if (entry >= wordCount || (entry < 0 && isLabel(token))) return;
    this.#encoder.addRow(entry);
    if (settings.maxn > 0) this.#encoder.addRows(this.#subwordsOf(token, entry));
    if (settings.wordNgrams > 1) this.#encoder.addHash(hashOf(token));
  }

  #subwordsOf(token: string, entry: number): Int32Array {
    const known = this.#subwords.get(entry);
    if (known) return known;
    const rows = this.dictionary.subwordsOf(token);
    if (entry >= 0) this.#subwords.set(entry, rows);
    return rows;
  }
}
