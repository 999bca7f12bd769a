/** Number of words the classifier reads in an evaluation, which determines its time. Mirrors evaluate-method.ts. */
import { quantile } from '../arithmetic/quantile.ts';
import { sum } from '../arithmetic/sums.ts';
import type { ClassifierSettings } from '../settings/settings.ts';
import { BALANCING_METHODS, isBaseMethod } from './balancing-methods.ts';
import { type Method, type MethodSettings, usesGenerated } from './methods.ts';
import { seedsToChoose, trialShare } from './tuning.ts';

/** The records of an evaluation, in words. */
export interface EvaluatedWords {
  /** Real training records of each class. */
  sizes: readonly number[];
  /** Of a real record; and of all generated ones. */
  wordsPerText: number;
  generated: number;
}

/** How often a training reads each record; an estimate for logistic regression, which trains to convergence. */
export const passesOf = ({ kind, epoch }: ClassifierSettings): number =>
  kind === 'logisticRegression' ? 1 : epoch;

/**
 * Maximum number of words that the classifier reads in all trainings of one method.
 * @param largest epoch size of the largest compared method
 */
export function wordsRead(
  method: Method,
  largest: number,
  classifier: ClassifierSettings,
  evaluation: MethodSettings,
  words: EvaluatedWords,
): number {
  const { protocols, seeds, splits, validation } = evaluation;
  const ofLargest = largest * words.wordsPerText;
  const own = wordsOfEpoch(method, ofLargest, evaluation, words);
  const hasEffort = classifier.kind !== 'logisticRegression';
  const ofThisSplit = isBaseMethod(method) ? seeds : seedsToChoose(seeds);
  const rounds = ofThisSplit + (usesGenerated(method) ? 0 : splits - 1);
  const candidates = isBaseMethod(method) ? 1 : BALANCING_METHODS[method].selectsFrom.length;
  // What Prior-adjusted shifts by, and what is selected, is chosen by trainings on a part of the records.
  const searches = method === 'priorAdjusted' || candidates > 1 ? candidates * (1 - validation) : 0;
  const trained = protocols.map((protocol, at) => {
    if (protocol === 'tuned' && hasEffort) return ofLargest * tuningShare(evaluation, candidates);
    // Without an effort all protocols are the same and train once.
    const trainings = (hasEffort || at === 0 ? 1 : 0) + searches;
    return (protocol === 'equal-updates' && hasEffort ? ofLargest : own) * trainings;
  });
  return rounds * passesOf(classifier) * sum(trained);
}

function wordsOfEpoch(
  method: Method,
  ofLargest: number,
  { undersamplePercentile }: MethodSettings,
  { sizes, wordsPerText, generated }: EvaluatedWords,
): number {
  const ofEach = (records: number) => records * sizes.length * wordsPerText;
  switch (method) {
    case 'undersample':
      return ofEach(
        quantile(
          [...sizes].sort((a, b) => a - b),
          undersamplePercentile / 100,
        ),
      );
    case 'oversample':
    case 'wordEdits':
    case 'markov':
    case 'selected':
      return ofEach(Math.max(...sizes));
    case 'generatedOversample':
    case 'generatedSelected':
      return ofLargest;
    default:
      return sum(sizes) * wordsPerText + (usesGenerated(method) ? generated : 0);
  }
}

/** The trials of `tuned` and the training that follows, at the most, in shares of the largest method's updates. */
function tuningShare({ tuningUpdates, tuningRates, validation }: MethodSettings, candidates: number): number {
  const efforts = tuningUpdates.length * tuningRates.length;
  const trials = sum(tuningUpdates) * tuningRates.length * trialShare(efforts);
  return candidates * trials * (1 - validation) + Math.max(...tuningUpdates);
}
