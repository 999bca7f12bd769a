import type { ClassifierSettings } from '../settings/settings.ts';
import type { Dictionary } from './dictionary.ts';
import { popHeap, pushHeap, sortHeap } from './introsort.ts';
import { LineEncoder } from './line-encoder.ts';
import { type Loss, SoftmaxLoss } from './loss.ts';
import { type Matrix, meanOfRows } from './matrix.ts';

/** All that one thread changes while it trains or predicts, besides the weights. */
export interface ModelState {
  /** Mean of the line's input rows, `dim` values. */
  hidden: Float32Array;
  /** Probability of each label. */
  output: Float32Array;
  /** Gradient of the hidden vector, times the learning rate. */
  gradient: Float32Array;
}

/** One predicted label. */
export interface Prediction {
  /** Without its `__label__`. */
  label: string;
  /** As fastText prints it, which is 0.00001 above the softmax and so may pass 1 by that much. */
  probability: number;
}

export interface PredictionOptions {
  /** How many labels at most; 1 by default. */
  k?: number;
  /** No label of a smaller probability; 0 by default. */
  threshold?: number;
  /** Whether the text is a whole line, true by default: fastText reads a last line without a line break without `</s>`. */
  terminated?: boolean;
}

/** A trained classifier: fastText's supervised model. */
export class FastTextModel {
  readonly settings: ClassifierSettings;
  readonly dictionary: Dictionary;
  /** One row per word and per bucket. */
  readonly input: Matrix;
  /** One row per label. */
  readonly output: Matrix;
  readonly #loss: Loss;
  readonly #encoder: LineEncoder;
  readonly #state: ModelState;

  constructor(settings: ClassifierSettings, dictionary: Dictionary, input: Matrix, output: Matrix) {
    this.settings = settings;
    this.dictionary = dictionary;
    this.input = input;
    this.output = output;
    this.#loss = createLoss(output);
    this.#encoder = new LineEncoder(dictionary);
    this.#state = createState(output);
  }

  /** The labels it can predict, most frequent in its training first. */
  get labels(): readonly string[] {
    return this.dictionary.labels;
  }

  /**
   * The most probable labels of a text, best first; labels in the text itself are passed over. A text of which the
   * model knows nothing at all, not even the end of its line, has no predictions.
   */
  predict(text: string, options: PredictionOptions = {}): Prediction[] {
    const { k = 1, threshold = 0, terminated = true } = options;
    this.#encoder.encode(text, terminated);
    if (this.#encoder.length === 0) return [];
    meanOfRows(this.input, this.#encoder.rows, this.#encoder.length, this.#state.hidden);
    this.#loss.computeOutput(this.#state);
    return bestOf(this.#state.output, k, threshold).map(({ score, label }) => ({
      label: this.labels[label]!,
      probability: Math.fround(Math.exp(score)),
    }));
  }
}

/** Scratch memory for a model with this output matrix. */
export function createState(output: Matrix): ModelState {
  return {
    hidden: new Float32Array(output.columns),
    output: new Float32Array(output.rows),
    gradient: new Float32Array(output.columns),
  };
}

/** The loss that the settings name. */
export function createLoss(output: Matrix): Loss {
  return new SoftmaxLoss(output);
}

interface Scored {
  /** Logarithm of the probability, in 32 bits. */
  score: number;
  label: number;
}

/** fastText's k best: a heap of the logarithms, so that equal ones fall out in the same order as there. */
function bestOf(probabilities: Float32Array, k: number, threshold: number): Scored[] {
  const better = (a: Scored, b: Scored) => a.score > b.score;
  const heap: Scored[] = [];
  for (const [label, probability] of probabilities.entries()) {
    if (probability < threshold) continue;
    const score = Math.fround(Math.log(probability + 1e-5));
    if (heap.length === k && score < heap[0]!.score) continue;
    pushHeap(heap, { score, label }, better);
    if (heap.length > k) popHeap(heap, better);
  }
  sortHeap(heap, better);
  return heap;
}
