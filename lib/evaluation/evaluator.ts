import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import type { EvaluationSettings, Protocol } from '../settings/settings.ts';
import { BALANCING_METHODS, type BaseMethod } from './balancing-methods.ts';
import type { Classifier } from './classifier.ts';
import { computeMetrics } from './metrics.ts';
import { effortsOf } from './protocols.ts';
import type { Round } from './summary.ts';
import { type TrainingSet, TrainingSets, withTrained } from './training-set.ts';
import { type Choice, hasOverflowed, searchBest, shiftBy, splitForValidation, type Trial } from './tuning.ts';

export interface EvaluatorOptions {
  method: BaseMethod;
  train: readonly Page[];
  test: readonly Page[];
  /** Generated records to train on too. */
  generated: readonly Page[];
  /** All classes, sorted. */
  classes: readonly string[];
  /** Records that the largest of the compared methods trains on in an epoch. */
  largest: number;
  classifier: Classifier;
  evaluation: Omit<EvaluationSettings, 'methods' | 'resamples'>;
  /** Whether several trainings run at a time, each in a thread of its own. */
  ownThread: boolean;
  signal?: AbortSignal | undefined;
}

/** One seed under one protocol. */
export interface TestedRound extends Round {
  protocol: Protocol;
  predicted: string[];
}

type Report = (share: number) => void;

/** Of a round's time, for the bar that a person watches. */
const SHARE_OF_SEARCH = 0.8;

/** Trains and tests one method; what two protocols have in common is done once. */
export class Evaluator {
  readonly #options: EvaluatorOptions;
  readonly #sets: TrainingSets;
  readonly #truth: string[];
  readonly #predictions = new Map<string, string[]>();
  readonly #searches = new Map<string, Promise<Trial[]>>();

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#sets = new TrainingSets(options);
    this.#truth = options.test.map(({ label }) => label);
  }

  get method(): BaseMethod {
    return this.#options.method;
  }

  /** Trains on all training records, and tests. */
  async round(seed: number, protocol: Protocol, report: Report): Promise<TestedRound> {
    const { method, classes } = this.#options;
    const set = await this.#sets.ofAll(seed);
    const choices = await this.#choose(protocol, seed, set, report);
    const { choice, predicted } = await this.#firstThatTrains(set, seed, choices, (share) =>
      report(choices.length > 1 ? SHARE_OF_SEARCH + share * (1 - SHARE_OF_SEARCH) : share),
    );
    return {
      protocol,
      predicted,
      seed,
      records: set.order.length,
      effort: choice.effort,
      ...(BALANCING_METHODS[method].priorStrengths && { priorStrength: choice.strength }),
      overall: computeMetrics(this.#truth, predicted),
      byClass: computeMetrics(this.#truth, predicted, classes),
    };
  }

  /** The macro F1 of the best trial on validation records. */
  async validate(seed: number, protocol: Protocol, report: Report): Promise<number> {
    const [best] = await this.#search(protocol, seed, await this.#sets.ofAll(seed), report);
    return best!.macroF1;
  }

  /** What to train with, best first: one choice alone where there is nothing to search. */
  async #choose(protocol: Protocol, seed: number, set: TrainingSet, report: Report): Promise<Choice[]> {
    const { efforts, strengths } = this.#alternatives(protocol, set);
    if (efforts.length === 1 && strengths.length === 1)
      return [{ effort: efforts[0], strength: strengths[0]! }];
    return this.#search(protocol, seed, set, (share) => report(share * SHARE_OF_SEARCH));
  }

  #alternatives(protocol: Protocol, { order }: TrainingSet) {
    const { method, classifier, largest, evaluation } = this.#options;
    return {
      efforts: effortsOf(protocol, classifier.effort, { largest, size: order.length }, evaluation),
      strengths: BALANCING_METHODS[method].priorStrengths ?? [0],
    };
  }

  #search(protocol: Protocol, seed: number, set: TrainingSet, onProgress: Report): Promise<Trial[]> {
    const key = `${seed} ${protocol}`;
    const search = this.#searches.get(key) ?? this.#searchAnew(protocol, seed, set, onProgress);
    this.#searches.set(key, search);
    return search;
  }

  async #searchAnew(
    protocol: Protocol,
    seed: number,
    set: TrainingSet,
    onProgress: Report,
  ): Promise<Trial[]> {
    const { train, evaluation, ownThread, signal } = this.#options;
    // The same rows for every method: the split knows nothing of the method.
    const random = createRandom(seed, 'validation');
    const labels = train.map(({ label }) => label);
    const { fit, validation } = splitForValidation(labels, evaluation.validation, random);
    return searchBest({
      set: await this.#sets.of(fit, seed),
      validation: Array.from(validation, (row) => train[row]!),
      ...this.#alternatives(protocol, set),
      seed,
      ownThread,
      signal,
      onProgress,
    });
  }

  /** A learning rate that did well on a part of the records may still overflow on all of them. */
  async #firstThatTrains(
    set: TrainingSet,
    seed: number,
    choices: readonly Choice[],
    report: Report,
  ): Promise<{ choice: Choice; predicted: string[] }> {
    let overflow: unknown;
    for (const choice of choices) {
      const key = JSON.stringify([seed, choice.effort, choice.strength]);
      try {
        const predicted = this.#predictions.get(key) ?? (await this.#trainAndTest(set, seed, choice, report));
        this.#predictions.set(key, predicted);
        return { choice, predicted };
      } catch (error) {
        if (!hasOverflowed(error)) throw error;
        overflow = error;
      }
    }
    throw overflow;
  }

  #trainAndTest(
    set: TrainingSet,
    seed: number,
    { effort, strength }: Choice,
    onProgress: Report,
  ): Promise<string[]> {
    const { test, ownThread, signal } = this.#options;
    const texts = test.map(({ text }) => text);
    return withTrained(set, { seed, effort, ownThread, signal, onProgress }, (trained) =>
      trained.predict(texts, { signal, ...shiftBy(set.priors, strength) }),
    );
  }
}
