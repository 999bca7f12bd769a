/**
 * Scores how much a text looks like its class, with two classifiers that are independent of the evaluation classifier:
 * logistic regression on TF-IDF, and similarity to class centroids. Both are cross-fitted: trained once per fold without
 * that fold of the real records, so that a generated text is scored by models that have not seen its sources, and compared
 * with out-of-fold scores of real records.
 */

import { countEach, indicesOfEach } from '../arithmetic/counts.ts';
import { fnv1a } from '../arithmetic/fnv1a.ts';
import { sumBy } from '../arithmetic/sums.ts';
import type { Page } from '../corpus/page.ts';
import { LogisticRegression, type RegressionParts } from '../logistic-regression/logistic-regression.ts';
import { type MeanRecords, similaritiesTo, trainMeanRecords } from '../logistic-regression/mean-records.ts';
import { WordCounter } from '../logistic-regression/tfidf.ts';
import { createRandom } from '../random/random.ts';

export interface LabelReaderParts {
  classes: string[];
  words: string[];
  folds: { regression: RegressionParts; means: MeanRecords }[];
  /** By class: out-of-fold scores of its real records, ascending. */
  real: Record<string, { classifier: number[]; nearness: number[] }>;
}

/** Quantiles of a text's scores among the real records of its class. */
export interface Ranks {
  classifier: number;
  nearness: number;
}

const FOLDS = 3;
/** Maximum training records per class: more take time and hardly change the scores. */
const MOST_RECORDS = 1000;
const C = 1;

export class LabelReader {
  readonly #parts: LabelReaderParts;
  readonly #counter: WordCounter;
  readonly #folds: { regression: LogisticRegression; means: MeanRecords }[];

  constructor(parts: LabelReaderParts) {
    this.#parts = parts;
    this.#counter = new WordCounter(parts.words);
    this.#folds = parts.folds.map(({ regression, means }) => ({
      regression: new LogisticRegression(this.#counter, regression),
      means,
    }));
  }

  /** Ranks a text, generated from the `sources`, among the real records of a class. */
  ranksOf(text: string, label: string, sources: readonly string[]): Ranks {
    const { classifier, nearness } = this.#read(text, label, sources);
    const real = this.#parts.real[label]!;
    return { classifier: rankOf(classifier, real.classifier), nearness: rankOf(nearness, real.nearness) };
  }

  #read(text: string, label: string, sources: readonly string[]): Ranks {
    const own = this.#parts.classes.indexOf(label);
    const unseen = new Set(sources.map(foldOf));
    const readers = unseen.size === 0 ? this.#folds : [...unseen].map((fold) => this.#folds[fold]!);
    const read = readers.map(({ regression, means }) => ({
      classifier: regression.probabilities(text)[own]!,
      nearness: lead(similaritiesTo(means, this.#counter, text), own),
    }));
    const mean = (reader: keyof Ranks) => sumBy(read, (each) => each[reader]) / read.length;
    return { classifier: mean('classifier'), nearness: mean('nearness') };
  }

  /** Trains on real training records. Throws the signal's reason when it is aborted. */
  static async train(
    pages: readonly Page[],
    options: { seed: number; signal?: AbortSignal; onProgress?: (share: number) => void },
  ): Promise<LabelReaderParts> {
    const taken = sampleOf(pages, options.seed);
    const classes = [...new Set(taken.map(({ label }) => label))].sort();
    const counter = new WordCounter();
    for (const { text } of taken) counter.add(text);
    const labels = Int32Array.from(taken, ({ label }) => classes.indexOf(label));
    const records = { counter, rows: counter.rows(), labels, classes: classes.length };
    const folds: LabelReaderParts['folds'] = [];
    for (let fold = 0; fold < FOLDS; fold++) {
      const weights = balancedWeights(taken, fold);
      const regression = await LogisticRegression.train({
        records,
        weights,
        c: C,
        signal: options.signal,
        onProgress: (share) => options.onProgress?.((fold + share) / FOLDS),
      });
      folds.push({ regression: regression.parts, means: trainMeanRecords(records, weights) });
    }
    const parts: LabelReaderParts = { classes, words: counter.words, folds, real: {} };
    const reader = new LabelReader(parts);
    for (const label of classes) {
      const own = taken.filter((page) => page.label === label);
      const read = own.map(({ text, id }) => reader.#read(text, label, [id]));
      const ascending = (name: keyof Ranks) => read.map((each) => each[name]).sort((a, b) => a - b);
      parts.real[label] = { classifier: ascending('classifier'), nearness: ascending('nearness') };
    }
    return parts;
  }
}

/** The first records of each class, up to the maximum. */
function sampleOf(pages: readonly Page[], seed: number): Page[] {
  const numbers = indicesOfEach(pages.map(({ label }) => label));
  const taken = [...numbers].flatMap(([label, own]) =>
    createRandom(seed, 'label reader', label).shuffle(own).slice(0, MOST_RECORDS),
  );
  return taken.sort((a, b) => a - b).map((number) => pages[number]!);
}

/** Weights that balance the classes and exclude one fold. */
function balancedWeights(pages: readonly Page[], fold: number): Uint32Array {
  const learnt = pages.map(({ id }) => foldOf(id) !== fold);
  const counts = countEach(pages.filter((_, number) => learnt[number]).map(({ label }) => label));
  const most = Math.max(...counts.values());
  return Uint32Array.from(pages, ({ label }, number) =>
    learnt[number] ? Math.round(most / counts.get(label)!) : 0,
  );
}

/** The fold of a record, by a hash of its id. */
function foldOf(id: string): number {
  const hash = fnv1a(id);
  return ((hash ^ (hash >>> 15)) >>> 0) % FOLDS;
}

/** Margin of one value over the largest of the others. */
const lead = (values: Float64Array, own: number): number =>
  values[own]! - Math.max(...values.filter((_, at) => at !== own));

/** Share of ascending values that are smaller. */
export function rankOf(value: number, ascending: readonly number[]): number {
  const above = ascending.findIndex((each) => each >= value);
  return above === -1 ? 1 : above / ascending.length;
}
