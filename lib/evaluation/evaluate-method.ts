/**
 * The evaluation of one balancing method: a classifier, trained on what the method makes of the training records,
 * tested on the same held-out ones as all methods, for each seed and protocol.
 */
import { countEach } from '../arithmetic/counts.ts';
import { mean } from '../arithmetic/sums.ts';
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ClassifierSettings, EvaluationSettings, Protocol } from '../settings/settings.ts';
import { BALANCING_METHODS } from './balancing-methods.ts';
import type { Classifier } from './classifier.ts';
import { createClassifier } from './create-classifier.ts';
import { type EvaluationResult, type Method, type MethodPredictions, usesGenerated } from './methods.ts';
import { computeMetrics } from './metrics.ts';
import { effortsOf, recordsOfLargestMethod } from './protocols.ts';
import { type Round, summariseResults } from './summary.ts';
import { type TrainingSet, TrainingSets, withTrained } from './training-set.ts';
import { type Choice, hasOverflowed, searchBest, shiftBy, splitAnew, splitForValidation } from './tuning.ts';

/** The settings that the evaluation of one method depends on. */
export type MethodSettings = Omit<EvaluationSettings, 'methods' | 'resamples'>;

export interface MethodEvaluation {
  method: Method;
  train: readonly Page[];
  test: readonly Page[];
  /** For the methods that use them; the others pass over them. */
  generated?: readonly Page[];
  /**
   * Records that the largest of the compared methods trains on in an epoch; from the records above by default, which
   * fits all methods only where they are all given the generated ones.
   */
  largest?: number;
  /** Settings of one of our own classifiers, or another classifier. */
  classifier: ClassifierSettings | Classifier;
  evaluation: MethodSettings;
  /** Seeds evaluated at a time; 1 by default. The result is the same with any. */
  concurrency?: number;
  signal?: AbortSignal | undefined;
  /** Called with the share of the work that is done, 0 to 1. */
  onProgress?: ((share: number) => void) | undefined;
}

export interface EvaluatedMethod {
  result: EvaluationResult;
  predictions: MethodPredictions;
}

/**
 * Evaluates one method with the seeds `evaluation.seed`, `evaluation.seed + 1` and so on. Each seed draws its own
 * records, their order and the classifier's start weights. The same arguments give the same result.
 * @throws {InvalidInput} where there are no records to train on or to test, or the classifier cannot do what the method
 * needs
 */
export async function evaluateMethod(options: MethodEvaluation): Promise<EvaluatedMethod> {
  const { method, train, test, generated = [], evaluation } = options;
  requireRecords({ training: train, test });
  const classifier =
    'prepare' in options.classifier ? options.classifier : createClassifier(options.classifier);
  requireSupport(method, classifier);
  const used = usesGenerated(method) ? [...train, ...generated] : train;
  const classes = [...new Set([...used, ...test].map(({ label }) => label))].sort();
  const sizes = countEach([...train, ...generated].map(({ label }) => label));
  const evaluator = new Evaluator({
    ...options,
    classifier,
    classes,
    largest: options.largest ?? recordsOfLargestMethod(sizes.values()),
    sets: new TrainingSets({ method, train, generated, classifier, evaluation }),
  });
  const rounds = await evaluateSeeds(evaluator, options);
  const evaluated = collect(options, classes, rounds);
  const otherSplits = await evaluateOtherSplits(options);
  if (otherSplits.length > 0) evaluated.predictions.otherSplits = otherSplits;
  return evaluated;
}

/** A generated record knows the training records of its own split, so that its methods have no other. */
async function evaluateOtherSplits(
  options: MethodEvaluation,
): Promise<NonNullable<MethodPredictions['otherSplits']>> {
  const { method, train, test, generated = [], evaluation } = options;
  if (usesGenerated(method) && generated.length > 0) return [];
  const splits: NonNullable<MethodPredictions['otherSplits']> = [];
  for (let number = 1; number < evaluation.splits; number++) {
    const { predictions } = await evaluateMethod({
      ...options,
      ...splitAnew(train, test, createRandom(evaluation.seed, 'split', String(number))),
      evaluation: { ...evaluation, seed: evaluation.seed + number, seeds: 1, splits: 1 },
      onProgress: undefined,
    });
    const { method: _, ...split } = predictions;
    splits.push(split);
  }
  return splits;
}

interface TestedRound extends Round {
  protocol: Protocol;
  predicted: string[];
}

async function evaluateSeeds(
  evaluator: Evaluator,
  { evaluation, concurrency = 1, signal, onProgress }: MethodEvaluation,
): Promise<TestedRound[]> {
  const { protocols, seeds } = evaluation;
  const shares = new Float64Array(seeds * protocols.length);
  const rounds: TestedRound[] = [];
  let next = 0;
  const work = async () => {
    for (let number = next++; number < seeds; number = next++) {
      for (const [index, protocol] of protocols.entries()) {
        signal?.throwIfAborted();
        const step = number * protocols.length + index;
        const report = (share: number) => {
          shares[step] = share;
          onProgress?.(mean(shares));
        };
        rounds[step] = await evaluator.round(evaluation.seed + number, protocol, report);
        report(1);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, seeds) }, work));
  return rounds;
}

interface EvaluatorOptions extends MethodEvaluation {
  classifier: Classifier;
  classes: readonly string[];
  largest: number;
  sets: TrainingSets;
}

/** Trains and tests one method; trainings that two protocols have in common are done once. */
class Evaluator {
  readonly #options: EvaluatorOptions;
  readonly #truth: string[];
  /** Whether several trainings run at a time, each in a thread of its own. */
  readonly #ownThread: boolean;
  readonly #predictions = new Map<string, string[]>();

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#ownThread = Math.min(options.concurrency ?? 1, options.evaluation.seeds) > 1;
    this.#truth = options.test.map(({ label }) => label);
  }

  async round(seed: number, protocol: Protocol, report: (share: number) => void): Promise<TestedRound> {
    const { method, classes, sets } = this.#options;
    const set = await sets.ofAll(seed);
    const choices = await this.#choose(protocol, seed, set.order.length, report);
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

  /** What to train with, best first: one choice alone where there is nothing to search. */
  async #choose(
    protocol: Protocol,
    seed: number,
    size: number,
    report: (share: number) => void,
  ): Promise<Choice[]> {
    const { method, classifier, largest, train, evaluation, sets, signal } = this.#options;
    const efforts = effortsOf(protocol, classifier.effort, { largest, size }, evaluation);
    const { priorStrengths: strengths = [0] } = BALANCING_METHODS[method];
    if (efforts.length === 1 && strengths.length === 1)
      return [{ effort: efforts[0], strength: strengths[0]! }];
    // The same rows for every method: the split knows nothing of the method.
    const random = createRandom(seed, 'validation');
    const labels = train.map(({ label }) => label);
    const { fit, validation } = splitForValidation(labels, evaluation.validation, random);
    return searchBest({
      set: await sets.of(fit, seed),
      validation: Array.from(validation, (row) => train[row]!),
      efforts,
      strengths,
      seed,
      ownThread: this.#ownThread,
      signal,
      onProgress: (share) => report(share * SHARE_OF_SEARCH),
    });
  }

  /** A learning rate that did well on a part of the records may still overflow on all of them. */
  async #firstThatTrains(
    set: TrainingSet,
    seed: number,
    choices: readonly Choice[],
    report: (share: number) => void,
  ): Promise<{ choice: Choice; predicted: string[] }> {
    let overflow: unknown;
    for (const choice of choices) {
      const key = JSON.stringify([seed, choice]);
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
    onProgress: (share: number) => void,
  ): Promise<string[]> {
    const { test, signal } = this.#options;
    const texts = test.map(({ text }) => text);
    return withTrained(set, { seed, effort, ownThread: this.#ownThread, signal, onProgress }, (trained) =>
      trained.predict(texts, { signal, ...shiftBy(set.priors, strength) }),
    );
  }
}

/** Of a round's time, for the bar that a person watches. */
const SHARE_OF_SEARCH = 0.8;

function collect(
  { method, train, test, evaluation: { protocols } }: MethodEvaluation,
  classes: readonly string[],
  rounds: readonly TestedRound[],
): EvaluatedMethod {
  const number = new Map(classes.map((label, index) => [label, index]));
  const of = (protocol: Protocol) => rounds.filter((each) => each.protocol === protocol);
  const predictions: MethodPredictions = {
    method,
    labels: [...classes],
    trainingRecords: train.length,
    truth: test.map(({ label }) => number.get(label)!),
    protocols: Object.fromEntries(
      protocols.map((protocol) => [
        protocol,
        of(protocol).map(({ predicted }) => predicted.map((label) => number.get(label)!)),
      ]),
    ),
  };
  const results = protocols.map(
    (protocol) => [protocol, summariseResults(predictions, protocol, of(protocol))] as const,
  );
  const [first] = results;
  return {
    result: { ...first![1], protocol: first![0], protocols: Object.fromEntries(results) },
    predictions,
  };
}

function requireRecords(sets: Record<'training' | 'test', readonly Page[]>): void {
  for (const [name, records] of Object.entries(sets))
    if (records.length === 0)
      throw new InvalidInput(`${name} records`, 'there are none', 'Give at least one.');
}

function requireSupport(method: Method, { supports = {} }: Classifier): void {
  const { classWeights, priorStrengths } = BALANCING_METHODS[method];
  const lacks =
    (classWeights && !supports.classWeights && 'class weights') ||
    (priorStrengths && !supports.logShift && "a shift of the classes' probabilities");
  if (!lacks) return;
  throw new InvalidInput(
    'evaluation.methods',
    `${method} needs ${lacks}, which this classifier does not have`,
    'Leave the method out, or choose another classifier.kind.',
  );
}
