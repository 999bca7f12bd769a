import { countEach } from '../arithmetic/counts.ts';
import { inRandomOrder } from '../balancing/sampling.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { Protocol } from '../settings/settings.ts';
import { BALANCING_METHODS, type BaseMethod } from './balancing-methods.ts';
import type { Classifier, Effort, PreparedRecords } from './classifier.ts';
import type { MethodEvaluation } from './methods.ts';
import { computeMetrics } from './metrics.ts';
import { effortsOf } from './protocols.ts';
import type { Round } from './summary.ts';
import { splitForValidation, trialShare } from './tuning.ts';

export interface EvaluatorOptions
  extends Required<Pick<MethodEvaluation, 'train' | 'test' | 'generated' | 'largest' | 'evaluation'>>,
    Pick<MethodEvaluation, 'signal'> {
  method: BaseMethod;
  classifier: Classifier;
  /** Whether several trainings run at a time, each in its own thread. */
  ownThread: boolean;
}

/** A method's training set: the input of one training of the classifier. */
interface TrainingSet {
  prepared: PreparedRecords;
  order: Int32Array;
  classWeights?: ReadonlyMap<string, number>;
  /** Share of the draws that each class has. */
  priors: ReadonlyMap<string, number>;
}

interface Choice {
  effort: Effort | undefined;
  strength: number;
}

interface Trial extends Choice {
  macroF1: number;
}

type Report = (share: number) => void;

/** Share of a round's time, for the progress bar. */
const SHARE_OF_SEARCH = 0.8;

/** Trains and tests one method; shares work between protocols. */
export class Evaluator {
  readonly #options: EvaluatorOptions;
  /** The training and generated records, from which most sets are drawn. */
  readonly #records: readonly Page[];
  #prepared: Promise<PreparedRecords> | undefined;
  readonly #predictions = new Map<string, string[]>();
  readonly #searches = new Map<string, Promise<Trial[]>>();

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#records = [...options.train, ...options.generated];
  }

  get method(): BaseMethod {
    return this.#options.method;
  }

  /** Trains on all training records, and tests. */
  async round(seed: number, protocol: Protocol, report: Report): Promise<Round> {
    const set = await this.#draw(seed);
    const { efforts, strengths } = this.#alternatives(protocol, set);
    const isSearched = efforts.length > 1 || strengths.length > 1;
    const choices = isSearched
      ? await this.#search(protocol, seed, set, (share) => report(share * SHARE_OF_SEARCH))
      : [{ effort: efforts[0], strength: strengths[0]! }];
    const begin = isSearched ? SHARE_OF_SEARCH : 0;
    const trained = await this.#firstThatTrains(set, seed, choices, (share) =>
      report(begin + share * (1 - begin)),
    );
    return { protocol, seed, records: set.order.length, ...trained };
  }

  /** Validation macro F1 of the best trial. */
  async validate(seed: number, protocol: Protocol, report: Report): Promise<number> {
    const [best] = await this.#search(protocol, seed, await this.#draw(seed), report);
    return best!.macroF1;
  }

  /**
   * The method's training set from all records, or from some of the training records. The latter excludes generated
   * records, since each depends on all records of its class through its model.
   * @param rows the numbers of those training records
   */
  async #draw(seed: number, rows?: Int32Array): Promise<TrainingSet> {
    const { method, generated, classifier, evaluation } = this.#options;
    const { draw, classWeights, counterpart, makeRecords } = BALANCING_METHODS[method];
    const orderOf = draw?.order ?? inRandomOrder;
    // Without generated records a method equals its counterpart, and must use the same draws.
    const drawnAs = counterpart && (rows || generated.length === 0) ? counterpart : method;
    const random = createRandom(seed, rows ? 'tuning' : 'sampling', drawnAs);
    let records = this.#records;
    let numbers = rows ?? Int32Array.from(records.keys());
    let prepared: Promise<PreparedRecords>;
    if (makeRecords) {
      // Augmented records belong to one set only.
      const given = Array.from(numbers, (number) => records[number]!);
      records = [...given, ...makeRecords(given, random)];
      numbers = Int32Array.from(records.keys());
      prepared = classifier.prepare(records);
    } else {
      prepared = this.#prepared ??= classifier.prepare(records);
    }
    const labels = Array.from(numbers, (record) => records[record]!.label);
    const order = orderOf(labels, random, evaluation).map((place) => numbers[place]!);
    const sizes = countEach(Array.from(order, (record) => records[record]!.label));
    return {
      prepared: await prepared,
      order,
      ...(classWeights && { classWeights: classWeights(sizes) }),
      priors: new Map([...sizes].map(([label, size]) => [label, size / order.length])),
    };
  }

  #alternatives(protocol: Protocol, { order }: TrainingSet) {
    const { method, classifier, largest, evaluation } = this.#options;
    return {
      efforts: effortsOf(protocol, classifier.effort, { largest, size: order.length }, evaluation),
      strengths: BALANCING_METHODS[method].priorStrengths ?? [0],
    };
  }

  #search(protocol: Protocol, seed: number, set: TrainingSet, report: Report): Promise<Trial[]> {
    const key = `${seed} ${protocol}`;
    const search = this.#searches.get(key) ?? this.#searchAnew(protocol, seed, set, report);
    this.#searches.set(key, search);
    return search;
  }

  /**
   * All choices, sorted by macro F1 of their trials, then by cost.
   * @throws {InvalidInput} if the weights overflowed in every trial
   */
  async #searchAnew(protocol: Protocol, seed: number, whole: TrainingSet, report: Report): Promise<Trial[]> {
    const { train, evaluation } = this.#options;
    // The same rows for every method: the split does not depend on the method.
    const random = createRandom(seed, 'validation');
    const split = splitForValidation(
      train.map(({ label }) => label),
      evaluation.validation,
      random,
    );
    const set = await this.#draw(seed, split.fit);
    const validation = Array.from(split.validation, (row) => train[row]!);
    const truth = validation.map(({ label }) => label);
    const { efforts, strengths } = this.#alternatives(protocol, whole);
    const trials: Trial[] = [];
    let overflow: unknown;
    for (const [index, effort] of efforts.entries()) {
      const tried = effort && { ...effort, epochs: effort.epochs * trialShare(efforts.length) };
      const onProgress = (share: number) => report((index + share) / efforts.length);
      try {
        const answers = await this.#ask(set, seed, tried, strengths, validation, onProgress);
        for (const [at, strength] of strengths.entries())
          trials.push({ effort, strength, macroF1: computeMetrics(truth, answers[at]!).macroF1 });
      } catch (error) {
        overflow = requireOverflow(error);
      }
    }
    if (trials.length === 0) throw overflow;
    // Stable, so that of equal trials the earlier comes first.
    return trials.sort((a, b) => b.macroF1 - a.macroF1);
  }

  /** A learning rate that worked on a part of the records may still overflow on all of them. */
  async #firstThatTrains(
    set: TrainingSet,
    seed: number,
    choices: readonly Choice[],
    report: Report,
  ): Promise<Pick<Round, 'predicted' | 'effort' | 'priorStrength'>> {
    const hasStrength = BALANCING_METHODS[this.method].priorStrengths !== undefined;
    let overflow: unknown;
    for (const { effort, strength } of choices) {
      const key = JSON.stringify([seed, effort, strength]);
      try {
        const predicted =
          this.#predictions.get(key) ??
          (await this.#ask(set, seed, effort, [strength], this.#options.test, report))[0]!;
        this.#predictions.set(key, predicted);
        return { predicted, effort, ...(hasStrength && { priorStrength: strength }) };
      } catch (error) {
        overflow = requireOverflow(error);
      }
    }
    throw overflow;
  }

  /** Trains a classifier on a set and predicts the classes of records with each strength. */
  async #ask(
    { prepared, order, classWeights, priors }: TrainingSet,
    seed: number,
    effort: Effort | undefined,
    strengths: readonly number[],
    records: readonly Page[],
    onProgress: Report,
  ): Promise<string[][]> {
    const { ownThread, signal } = this.#options;
    const options = { seed, effort, classWeights, ownThread, signal, onProgress };
    const trained = await prepared.train(order, options);
    const texts = records.map(({ text }) => text);
    const answers: string[][] = [];
    for (const strength of strengths) {
      const shifts = [...priors].map(([label, prior]) => [label, -strength * Math.log(prior)] as const);
      const logShift = strength === 0 ? undefined : new Map(shifts);
      answers.push(await trained.predict(texts, { signal, logShift }));
    }
    return answers;
  }
}

/** Returns an overflow error caused by a high learning rate; throws any other. */
function requireOverflow(error: unknown): unknown {
  if (error instanceof InvalidInput && error.place === 'classifier.lr') return error;
  throw error;
}
