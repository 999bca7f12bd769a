/** Evaluates one balancing method: trains its classifiers, and tests them on the same held-out records as all methods. */
import { countEach } from '../arithmetic/counts.ts';
import { mean } from '../arithmetic/sums.ts';
import { createRandom } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import { type Method, usesGenerated } from '../settings/method-table.ts';
import type { Protocol } from '../settings/settings.ts';
import { distribute } from '../threads/distribute.ts';
import { BALANCING_METHODS, type BaseMethod, isBaseMethod } from './balancing-methods.ts';
import type { Classifier } from './classifier.ts';
import { createClassifier } from './create-classifier.ts';
import { Evaluator } from './evaluator.ts';
import type { EvaluatedMethod, MethodEvaluation, MethodPredictions } from './methods.ts';
import { recordsOfLargestMethod } from './protocols.ts';
import { type Round, summariseResults } from './summary.ts';
import { redrawSplit, seedsToChoose } from './tuning.ts';

type OtherSplits = NonNullable<MethodPredictions['otherSplits']>;
/** The method selected under each protocol; empty for methods that do not select. */
type Selected = Map<Protocol, BaseMethod>;

/**
 * Evaluates one method with the seeds `evaluation.seed`, `evaluation.seed + 1` and so on. Each seed draws its own
 * records, their order and the classifier's start weights. The same arguments give the same result.
 * @throws {InvalidInput} without training or test records, or if the classifier does not support the method
 */
export async function evaluateMethod(options: MethodEvaluation): Promise<EvaluatedMethod> {
  const { method, train, test, generated = [], classifier, evaluation } = options;
  for (const [name, records] of Object.entries({ training: train, test }))
    if (records.length === 0)
      throw new InvalidInput(`${name} records`, 'there are none', 'Give at least one.');
  const added = usesGenerated(method) ? generated : [];
  const classes = [...new Set([...train, ...added, ...test].map(({ label }) => label))].sort();
  const sizes = countEach([...train, ...generated].map(({ label }) => label));
  const shared = {
    ...options,
    generated: added,
    largest: options.largest ?? recordsOfLargestMethod(sizes.values()),
    classifier: 'prepare' in classifier ? classifier : createClassifier(classifier),
    ownThread: concurrencyOf(options) > 1,
  };
  requireSupport(method, shared.classifier);
  const { protocols, seeds } = evaluation;
  const candidates = isBaseMethod(method) ? [] : BALANCING_METHODS[method].selectsFrom;
  const steps = protocols.length * seeds;
  const selections = protocols.length * candidates.length * seedsToChoose(seeds);
  const stepOf = progressOver(steps + selections, options.onProgress);
  const selecting = candidates.map((each) => new Evaluator({ ...shared, method: each, generated: [] }));
  const selected = await selectMethods(selecting, options, (step) => stepOf(steps + step));
  // Without generated records, the selection has already run its searches.
  const evaluators = added.length === 0 ? selecting : [];
  const rounds: Round[] = [];
  const methodUnder = (protocol: Protocol) => (isBaseMethod(method) ? method : selected.get(protocol)!);
  for (const each of new Set(protocols.map(methodUnder)))
    if (!evaluators.some((one) => one.method === each))
      evaluators.push(new Evaluator({ ...shared, method: each }));
  await eachSeed(seeds, options, async (seed, number) => {
    for (const [index, protocol] of protocols.entries()) {
      const step = number * protocols.length + index;
      const evaluator = evaluators.find((one) => one.method === methodUnder(protocol))!;
      rounds[step] = await evaluator.round(seed, protocol, stepOf(step));
      stepOf(step)(1);
    }
  });
  return collect(options, classes, rounds, { selected, otherSplits: await evaluateOtherSplits(options) });
}

function collect(
  { method, train, test, evaluation: { protocols } }: MethodEvaluation,
  classes: string[],
  rounds: readonly Round[],
  { selected, otherSplits }: { selected: Selected; otherSplits: OtherSplits },
): EvaluatedMethod {
  const number = new Map(classes.map((label, index) => [label, index]));
  const numbersOf = (labels: readonly string[]) => labels.map((label) => number.get(label)!);
  const roundsOf = (protocol: Protocol) => rounds.filter((round) => round.protocol === protocol);
  const predictions: MethodPredictions = {
    method,
    labels: classes,
    trainingRecords: train.length,
    truth: numbersOf(test.map(({ label }) => label)),
    protocols: Object.fromEntries(
      protocols.map((protocol) => [
        protocol,
        roundsOf(protocol).map(({ predicted }) => numbersOf(predicted)),
      ]),
    ),
    ...(otherSplits.length > 0 && { otherSplits }),
  };
  const results = protocols.map((protocol) => {
    const result = summariseResults(predictions, protocol, roundsOf(protocol));
    const selectedMethod = selected.get(protocol);
    return [protocol, { ...result, ...(selectedMethod && { selected: selectedMethod }) }] as const;
  });
  const [protocol, first] = results[0]!;
  return { result: { ...first, protocol, protocols: Object.fromEntries(results) }, predictions };
}

/**
 * Selects for each protocol the method that does best on validation records, by the mean over seeds; of equal ones
 * the first. Generated records have no part in it, because their model has read all training records: so the same method
 * is selected with them and without.
 */
async function selectMethods(
  evaluators: readonly Evaluator[],
  options: MethodEvaluation,
  stepOf: (step: number) => (share: number) => void,
): Promise<Selected> {
  const selected: Selected = new Map();
  let done = 0;
  for (const protocol of options.evaluation.protocols) {
    let highest = Number.NEGATIVE_INFINITY;
    for (const evaluator of evaluators) {
      const scores: number[] = [];
      await eachSeed(seedsToChoose(options.evaluation.seeds), options, async (seed, number) => {
        const report = stepOf(done++);
        scores[number] = await evaluator.validate(seed, protocol, report);
        report(1);
      });
      if (mean(scores) <= highest) continue;
      highest = mean(scores);
      selected.set(protocol, evaluator.method);
    }
  }
  return selected;
}

/** Generated records depend on the training records of their own split, so their methods have no other. */
async function evaluateOtherSplits(options: MethodEvaluation): Promise<OtherSplits> {
  const { method, train, test, generated = [], evaluation } = options;
  if (usesGenerated(method) && generated.length > 0) return [];
  const splits: OtherSplits = [];
  for (let number = 1; number < evaluation.splits; number++) {
    const { predictions } = await evaluateMethod({
      ...options,
      ...redrawSplit(train, test, createRandom(evaluation.seed, 'split', String(number))),
      evaluation: { ...evaluation, seed: evaluation.seed + number, seeds: 1, splits: 1 },
      onProgress: undefined,
    });
    const { method: _, ...split } = predictions;
    splits.push(split);
  }
  return splits;
}

const concurrencyOf = ({ concurrency = 1, evaluation }: MethodEvaluation) =>
  Math.min(concurrency, evaluation.seeds);

/** Runs a task for each seed, several at a time. */
const eachSeed = (
  seeds: number,
  options: MethodEvaluation,
  use: (seed: number, number: number) => Promise<void>,
): Promise<void> =>
  distribute(
    [...Array(seeds).keys()],
    Array(concurrencyOf(options)).fill(undefined),
    options.signal,
    async (_, number, stop) => {
      stop.throwIfAborted();
      await use(options.evaluation.seed + number, number);
    },
  );

/** Progress callbacks for several steps of equal length. */
function progressOver(steps: number, onProgress: MethodEvaluation['onProgress']) {
  const shares = new Float64Array(steps);
  return (step: number) => (share: number) => {
    shares[step] = share;
    onProgress?.(mean(shares));
  };
}

function requireSupport(method: Method, { supports = {} }: Classifier): void {
  if (!isBaseMethod(method)) return;
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
