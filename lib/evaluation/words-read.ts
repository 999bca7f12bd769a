/** Number of words the classifier reads in an evaluation, which determines its time. Mirrors evaluate-method.ts. */
import { sum, sumBy } from '../arithmetic/sums.ts';
import { type Method, usesGenerated } from '../settings/method-table.ts';
import type { ClassifierSettings } from '../settings/settings.ts';
import { BALANCING_METHODS, isBaseMethod } from './balancing-methods.ts';
import type { MethodSettings } from './methods.ts';
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
  const isSearched = !isBaseMethod(method) || BALANCING_METHODS[method].priorStrengths !== undefined;
  const searches = isSearched ? candidates * (1 - validation) : 0;
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
  evaluation: MethodSettings,
  { sizes, wordsPerText, generated }: EvaluatedWords,
): number {
  const methods = isBaseMethod(method) ? [method] : BALANCING_METHODS[method].selectsFrom;
  const draws = methods.flatMap((each) => BALANCING_METHODS[each].draw ?? []);
  if (draws.length === 0) return sum(sizes) * wordsPerText + (usesGenerated(method) ? generated : 0);
  // How many generated records each class will have is not known here.
  if (usesGenerated(method)) return ofLargest;
  const records = draws.map(({ size }) => sumBy(sizes, (each) => size(each, sizes, evaluation)));
  return Math.max(...records) * wordsPerText;
}

/** The trials of `tuned` and the training that follows, at the most, in shares of the largest method's updates. */
function tuningShare({ tuningUpdates, tuningRates, validation }: MethodSettings, candidates: number): number {
  const efforts = tuningUpdates.length * tuningRates.length;
  const trials = sum(tuningUpdates) * tuningRates.length * trialShare(efforts);
  return candidates * trials * (1 - validation) + Math.max(...tuningUpdates);
}
