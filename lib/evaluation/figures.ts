import type { Protocol } from '../settings/settings.ts';
import type { MethodPredictions } from './methods.ts';

/** The figures of one method in one draw of the test records, means over its seeds. */
export interface FigureSet {
  microF1: number;
  macroF1: number;
  weightedF1: number;
  recall: Map<string, number>;
}

/**
 * Counts a method's figures for any weights of the test records: thousands of times, so that nothing is allocated
 * in its loop. The figures are those of `computeMetrics`.
 */
export class Figures {
  readonly records: number;
  readonly #labels: readonly string[];
  readonly #truth: Int32Array;
  readonly #seeds: Int32Array[];
  readonly #right: Float64Array;
  readonly #predicted: Float64Array;
  readonly #support: Float64Array;

  constructor({ labels, truth, protocols }: MethodPredictions, protocol: Protocol) {
    this.records = truth.length;
    this.#labels = labels;
    this.#truth = Int32Array.from(truth);
    this.#seeds = protocols[protocol]!.map((seed) => Int32Array.from(seed));
    [this.#right, this.#predicted, this.#support] = [0, 1, 2].map(() => new Float64Array(labels.length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  /** @param weights how often each test record counts; once each by default */
  of(weights: Uint32Array = new Uint32Array(this.records).fill(1)): FigureSet {
    const sum = { microF1: 0, macroF1: 0, weightedF1: 0 };
    const recall = new Float64Array(this.#labels.length);
    for (const predicted of this.#seeds) {
      this.#count(predicted, weights);
      this.#addTo(sum, recall);
    }
    const seeds = this.#seeds.length;
    return {
      microF1: sum.microF1 / seeds,
      macroF1: sum.macroF1 / seeds,
      weightedF1: sum.weightedF1 / seeds,
      recall: new Map(this.#labels.map((label, index) => [label, recall[index]! / seeds])),
    };
  }

  #count(predicted: Int32Array, weights: Uint32Array): void {
    this.#right.fill(0);
    this.#predicted.fill(0);
    this.#support.fill(0);
    for (let record = 0; record < this.records; record++) {
      const weight = weights[record]!;
      if (weight === 0) continue;
      const label = this.#truth[record]!;
      const guess = predicted[record]!;
      this.#support[label]! += weight;
      this.#predicted[guess]! += weight;
      if (label === guess) this.#right[label]! += weight;
    }
  }

  #addTo(sum: { microF1: number; macroF1: number; weightedF1: number }, recall: Float64Array): void {
    let [right, records, macro, weighted, classes] = [0, 0, 0, 0, 0];
    for (let label = 0; label < this.#labels.length; label++) {
      const support = this.#support[label]!;
      if (support > 0) recall[label]! += this.#right[label]! / support;
      // As in scikit-learn, a class that neither side has counts nowhere.
      if (support + this.#predicted[label]! === 0) continue;
      const f1 = (2 * this.#right[label]!) / (support + this.#predicted[label]!);
      classes++;
      right += this.#right[label]!;
      records += support;
      macro += f1;
      weighted += f1 * support;
    }
    sum.microF1 += right / records;
    sum.macroF1 += macro / classes;
    sum.weightedF1 += weighted / records;
  }
}
