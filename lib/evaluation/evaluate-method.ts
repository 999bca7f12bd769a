/**
 * The evaluation of one balancing method: a classifier, trained on what the method makes of the training records,
 * tested on the same held-out ones as all methods, for each seed and protocol.
 */
import type { Page } from '../corpus/page.ts';
import { createRandom } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { ClassifierSettings, EvaluationSettings, Protocol } from '../settings/settings.ts';
import type { Classifier, Effort, PreparedRecords } from './classifier.ts';
import { createClassifier } from './create-classifier.ts';
import { type EvaluationResult, type Method, type MethodPredictions, SAMPLINGS } from './methods.ts';
import { computeMetrics } from './metrics.ts';
import { effortForUpdates, recordsOfLargestMethod } from './protocols.ts';
import { type Round, summarise } from './summary.ts';
import { splitForValidation, tuneEffort } from './tuning.ts';

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
  evaluation: EvaluationSettings;
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
 * records, their order (Regular keeps that of the file) and the classifier's start weights. The same arguments give the
 * same result.
 * @throws {InvalidInput} where there are no records to train on or to test
 */
export async function evaluateMethod(options: MethodEvaluation): Promise<EvaluatedMethod> {
  const { method, train, test, generated = [], evaluation } = options;
  const records = SAMPLINGS[method].usesGenerated ? [...train, ...generated] : train;
  requireRecords(records, test);
  const classifier =
    'prepare' in options.classifier ? options.classifier : createClassifier(options.classifier);
  const evaluator = new Evaluator({
    ...options,
    classifier,
    records,
    largest: options.largest ?? largestOf(train, generated),
    prepared: await classifier.prepare(records),
  });
  const rounds = await evaluateSeeds(evaluator, options);
  return collect(method, evaluation.protocols, evaluator.classes, test, rounds);
}

interface TestedRound {
  protocol: Protocol;
  round: Round;
  predicted: string[];
}

/** The rounds of all seeds, in their order; as many seeds at a time as are wanted. */
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
        const tell = (share: number) => {
          shares[step] = share;
          onProgress?.(shares.reduce((sum, each) => sum + each, 0) / shares.length);
        };
        rounds[step] = { protocol, ...(await evaluator.round(evaluation.seed + number, protocol, tell)) };
        tell(1);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, seeds) }, work));
  return rounds;
}

interface EvaluatorOptions extends MethodEvaluation {
  classifier: Classifier;
  records: readonly Page[];
  largest: number;
  prepared: PreparedRecords;
}

/** Trains and tests one method; trainings that two protocols have in common are done once. */
class Evaluator {
  readonly classes: string[];
  readonly #options: EvaluatorOptions;
  readonly #labels: string[];
  readonly #truth: string[];
  /** Whether several trainings run at a time, each in a thread of its own. */
  readonly #apart: boolean;
  readonly #predictions = new Map<string, string[]>();

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#labels = options.records.map(({ label }) => label);
    this.#apart = Math.min(options.concurrency ?? 1, options.evaluation.seeds) > 1;
    this.#truth = options.test.map(({ label }) => label);
    this.classes = [...new Set([...this.#labels, ...this.#truth])].sort();
  }

  async round(
    seed: number,
    protocol: Protocol,
    tell: (share: number) => void,
  ): Promise<{ round: Round; predicted: string[] }> {
    const order = this.#draw(seed, Int32Array.from(this.#labels.keys()), 'sampling');
    const effort = await this.#effort(protocol, seed, order.length, tell);
    const key = JSON.stringify([seed, effort]);
    const tellTraining =
      protocol === 'tuned' ? (share: number) => tell(SHARE_OF_TUNING + share * (1 - SHARE_OF_TUNING)) : tell;
    const predicted =
      this.#predictions.get(key) ?? (await this.#trainAndTest(order, seed, effort, tellTraining));
    this.#predictions.set(key, predicted);
    return {
      predicted,
      round: {
        seed,
        records: order.length,
        effort,
        overall: computeMetrics(this.#truth, predicted),
        byClass: computeMetrics(this.#truth, predicted, this.classes),
      },
    };
  }

  /** What the method makes of these records. */
  #draw(seed: number, from: Int32Array, purpose: string): Int32Array {
    const { generated, evaluation } = this.#options;
    // Where nothing was generated, Generated is Regular, and must not differ from it by the order of its records.
    const isRegular = this.#options.method === 'generated' && !generated?.length;
    const method = isRegular ? 'regular' : this.#options.method;
    const labels = Array.from(from, (record) => this.#labels[record]!);
    const random = createRandom(seed, purpose, method);
    return SAMPLINGS[method].draw(labels, random, evaluation).map((place) => from[place]!);
  }

  async #effort(
    protocol: Protocol,
    seed: number,
    size: number,
    tell: (share: number) => void,
  ): Promise<Effort | undefined> {
    const { classifier, largest, train, evaluation, records, prepared, signal } = this.#options;
    if (!classifier.effort || protocol === 'paper') return classifier.effort;
    if (protocol === 'equal-updates') return effortForUpdates(classifier.effort, largest, size);
    // The same rows for every method: the split knows nothing of the method.
    const random = createRandom(seed, 'validation');
    const split = splitForValidation(this.#labels, train.length, evaluation.validation, random);
    return tuneEffort({
      records,
      prepared,
      order: this.#draw(seed, split.fit, 'tuning'),
      validation: split.validation,
      effort: classifier.effort,
      size,
      largest,
      settings: evaluation,
      seed,
      apart: this.#apart,
      signal,
      onProgress: (share) => tell(share * SHARE_OF_TUNING),
    });
  }

  async #trainAndTest(
    order: Int32Array,
    seed: number,
    effort: Effort | undefined,
    tell: (share: number) => void,
  ): Promise<string[]> {
    const { prepared, test, signal } = this.#options;
    const apart = this.#apart;
    const trained = await prepared.train(order, { seed, effort, apart, signal, onProgress: tell });
    try {
      return await trained.predict(
        test.map(({ text }) => text),
        signal,
      );
    } finally {
      await trained.close?.();
    }
  }
}

/** Of a tuned round's time, for the bar that a person watches. */
const SHARE_OF_TUNING = 0.8;

function collect(
  method: Method,
  protocols: readonly Protocol[],
  classes: readonly string[],
  test: readonly Page[],
  rounds: readonly TestedRound[],
): EvaluatedMethod {
  const of = (protocol: Protocol) => rounds.filter((each) => each.protocol === protocol);
  const results = protocols.map(
    (protocol) =>
      [
        protocol,
        summarise(
          method,
          classes,
          of(protocol).map(({ round }) => round),
        ),
      ] as const,
  );
  const number = new Map(classes.map((label, index) => [label, index]));
  const [first] = results;
  return {
    result: { ...first![1], protocol: first![0], protocols: Object.fromEntries(results) },
    predictions: {
      method,
      labels: [...classes],
      truth: test.map(({ label }) => number.get(label)!),
      protocols: Object.fromEntries(
        protocols.map((protocol) => [
          protocol,
          of(protocol).map(({ predicted }) => predicted.map((label) => number.get(label)!)),
        ]),
      ),
    },
  };
}

function largestOf(train: readonly Page[], generated: readonly Page[]): number {
  const sizes = new Map<string, number>();
  for (const { label } of [...train, ...generated]) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return recordsOfLargestMethod(sizes.values());
}

function requireRecords(train: readonly Page[], test: readonly Page[]): void {
  for (const [name, records] of [
    ['training', train],
    ['test', test],
  ] as const) {
    if (records.length === 0) {
      throw new InvalidInput(`${name} records`, 'there are none', 'Give at least one.');
    }
  }
}
