import type { FastTextSettings } from '../settings/settings.ts';
import type { Dictionary } from './dictionary.ts';
import { hashBytes } from './hash.ts';
import { LineEncoder } from './line-encoder.ts';
import type { Loss } from './losses/loss.ts';
import { createLoss } from './losses/losses.ts';
import type { Matrix, ModelMemory } from './model-memory.ts';
import { END_OF_LINE_BYTES, eachToken, LABEL_PREFIX_BYTES, TextBytes } from './tokens.ts';

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
  readonly #encoder: PlainTextEncoder;

  constructor(settings: FastTextSettings, dictionary: Dictionary, memory: ModelMemory) {
    this.settings = settings;
    this.dictionary = dictionary;
    this.#memory = memory;
    this.#loss = createLoss(settings, dictionary.labelCounts);
    this.#encoder = new PlainTextEncoder(dictionary);
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
   * The most probable labels of a text or its UTF-8, best first; labels in the text itself are ignored. A text of which the
   * model knows nothing at all, not even the end of its line, has no predictions.
   */
  predict(text: string | Uint8Array, options: LabelOptions = {}): Prediction[] {
    const { k = 1, threshold = 0, terminated = true } = options;
    const { line } = this.#encoder;
    this.#encoder.encode(text, terminated);
    if (line.length === 0) return [];
    this.#memory.scratch.readHidden(line.rows, line.length);
    return this.#loss
      .predict(this.#memory.scratch, k, threshold)
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
    this.#memory.scratch.readHidden(line.rows, line.length);
    return this.#memory.scratch.hidden.slice();
  }
}

/** Encodes texts that no corpus holds, for a model that predicts. */
class PlainTextEncoder {
  readonly line: LineEncoder;
  readonly #dictionary: Dictionary;
  readonly #texts = new TextBytes();
  /** Rows of known words' n-grams, found once. */
  readonly #subwords = new Map<number, Int32Array>();

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
    this.line = new LineEncoder({ wordCount: dictionary.wordCount, ...dictionary.settings });
  }

  /** Encodes a whole text, or its UTF-8, as one line, with its `</s>` if it is terminated; labels in it are ignored. */
  encode(text: string | Uint8Array, terminated: boolean): void {
    this.line.start();
    const bytes = this.#texts.of(text);
    eachToken(bytes, 0, bytes.length, (from, to, hash) => this.#add(bytes, from, to, hash));
    if (terminated) this.#add(END_OF_LINE_BYTES, 0, END_OF_LINE_BYTES.length, END_OF_LINE_HASH);
    this.line.finish();
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number): void {
    const { wordCount, settings } = this.#dictionary;
    const entry = this.#dictionary.find(bytes, from, to, hash);
    if (entry >= wordCount || (entry < 0 && isLabel(bytes, from, to))) return;
    this.line.addRow(entry);
    if (settings.maxn > 0) {
      const subwords = this.#subwordsOf(bytes.subarray(from, to), entry);
      this.line.addRows(subwords, 0, subwords.length);
    }
    if (settings.wordNgrams > 1) this.line.addHash(hash);
  }

  #subwordsOf(token: Uint8Array, entry: number): Int32Array {
    const known = this.#subwords.get(entry);
    if (known) return known;
    const rows = this.#dictionary.subwordsOf(token);
    if (entry >= 0) this.#subwords.set(entry, rows);
    return rows;
  }
}

const END_OF_LINE_HASH = hashBytes(END_OF_LINE_BYTES, 0, END_OF_LINE_BYTES.length);

function isLabel(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    to - from >= LABEL_PREFIX_BYTES.length &&
    LABEL_PREFIX_BYTES.every((byte, index) => bytes[from + index] === byte)
  );
}
