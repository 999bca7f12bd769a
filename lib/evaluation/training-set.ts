import { countEach } from '../arithmetic/counts.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom, type Random } from '../random/random.ts';
import type { EvaluationSettings } from '../settings/settings.ts';
import { BALANCING_METHODS, type BaseMethod } from './balancing-methods.ts';
import type {
  Classifier,
  ClassifierTrainingOptions,
  PreparedRecords,
  TrainedClassifier,
} from './classifier.ts';
import type { Method } from './methods.ts';

/** What a method makes of training records: what one training of the classifier is given. */
export interface TrainingSet {
  prepared: PreparedRecords;
  order: Int32Array;
  classWeights?: ReadonlyMap<string, number>;
  /** Share of the draws that each class has. */
  priors: ReadonlyMap<string, number>;
}

export interface TrainingSetOptions {
  method: BaseMethod;
  train: readonly Page[];
  /** Empty for a method that does not use them. */
  generated: readonly Page[];
  classifier: Classifier;
  evaluation: Pick<EvaluationSettings, 'undersamplePercentile'>;
}

/** Makes the training sets of one method. Records that all sets have in common are prepared once. */
export class TrainingSets {
  readonly #options: TrainingSetOptions;
  #shared: { records: readonly Page[]; prepared: Promise<PreparedRecords> } | undefined;

  constructor(options: TrainingSetOptions) {
    this.#options = options;
  }

  ofAll(seed: number): Promise<TrainingSet> {
    return this.#make(seed, 'sampling', undefined);
  }

  /**
   * From some of the training records alone. Generated records stay away, since each descends from all records of its
   * class by way of its model.
   * @param rows their numbers
   */
  of(rows: Int32Array, seed: number): Promise<TrainingSet> {
    return this.#make(seed, 'tuning', rows);
  }

  async #make(seed: number, purpose: string, rows: Int32Array | undefined): Promise<TrainingSet> {
    const { method, evaluation } = this.#options;
    const { draw, classWeights } = BALANCING_METHODS[method];
    const random = createRandom(seed, purpose, this.#drawnAs(rows !== undefined));
    const { records, prepared, numbers } = this.#recordsFor(rows, random);
    const labels = Array.from(numbers, (record) => records[record]!.label);
    const order = draw(labels, random, evaluation).map((place) => numbers[place]!);
    const sizes = countEach(Array.from(order, (record) => records[record]!.label));
    return {
      prepared: await prepared,
      order,
      ...(classWeights && { classWeights: classWeights(sizes) }),
      priors: new Map([...sizes].map(([label, size]) => [label, size / order.length])),
    };
  }

  /** The records that a set is drawn from, of which `numbers` may be: those that a method makes belong to one set alone. */
  #recordsFor(rows: Int32Array | undefined, random: Random) {
    const { method, train, generated, classifier } = this.#options;
    const { makeRecords } = BALANCING_METHODS[method];
    if (makeRecords) {
      const given = rows ? Array.from(rows, (row) => train[row]!) : [...train, ...generated];
      const records = [...given, ...makeRecords(given, random)];
      return { records, prepared: classifier.prepare(records), numbers: Int32Array.from(records.keys()) };
    }
    if (!this.#shared) {
      const records = [...train, ...generated];
      this.#shared = { records, prepared: classifier.prepare(records) };
    }
    return { ...this.#shared, numbers: rows ?? Int32Array.from(this.#shared.records.keys()) };
  }

  /**
   * Whose draws these are: without generated records a method is its counterpart, and must not differ from it by
   * another draw of the same.
   */
  #drawnAs(withoutGenerated: boolean): Method {
    const { method, generated } = this.#options;
    const { counterpart } = BALANCING_METHODS[method];
    return counterpart && (withoutGenerated || generated.length === 0) ? counterpart : method;
  }
}

/** Trains a classifier on a set, uses it, and closes it. */
export async function withTrained<T>(
  { prepared, order, classWeights }: TrainingSet,
  options: Omit<ClassifierTrainingOptions, 'classWeights'>,
  use: (trained: TrainedClassifier) => Promise<T>,
): Promise<T> {
  const trained = await prepared.train(order, { ...options, classWeights });
  try {
    return await use(trained);
  } finally {
    await trained.close?.();
  }
}
