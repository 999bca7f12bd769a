import type { Page } from '../../corpus/page.ts';
import type { Random } from '../../random/random.ts';
import type { EvaluationSettings, METHODS } from '../../settings/settings.ts';

export type Method = (typeof METHODS)[number];

/** What a balancing method does with the training records. What it leaves out, it leaves as it is. */
export interface BalancingMethod {
  /** As people read it. */
  name: string;
  /** Whether it trains on the generated records too. */
  usesGenerated?: boolean;
  /** Records that it makes itself, from training records alone. */
  makeRecords?: (training: readonly Page[], random: Random) => Page[];
  /** The records of an epoch, by number, in this order. */
  draw: (
    labels: readonly string[],
    random: Random,
    settings: Pick<EvaluationSettings, 'undersamplePercentile'>,
  ) => Int32Array;
  /** How much the records of each class count, from how many there are of each. */
  classWeights?: (sizes: ReadonlyMap<string, number>) => Map<string, number>;
  /**
   * Shares of the logarithms of the classes' priors that are taken off their log probabilities; the one that does best
   * on validation records is chosen.
   */
  priorStrengths?: readonly number[];
  /** The same method without generated records, against which it shows what these are worth. */
  counterpart?: Method;
}
