import type { Random } from '../../random/random.ts';
import type { Processor } from './processors.ts';

/** Ids so far, the decoder's start included, and the sum of their log-probabilities. */
export interface Sequence {
  ids: readonly number[];
  score: number;
}

/** What beams and single sequences are searched by. */
export interface SearchSettings {
  /** Ids of a sequence at most, the decoder's start included. */
  maxLength: number;
  lengthPenalty: number;
  eosId: number;
  startId: number;
  processors: readonly Processor[];
  /** Draws tokens by their probability; without it, the best are taken. */
  random?: Random | undefined;
}

/** The search for the continuation of one input, one token at a time. */
export interface Search {
  /** Sequences that go on. */
  readonly running: readonly Sequence[];
  /** Which of the running sequences each one continued at the last step. */
  readonly origins: readonly number[];
  readonly isDone: boolean;
  /** The best finished sequence; its score is divided by its penalised length. */
  readonly best: Sequence;
  /**
   * Takes one more token into account.
   * @param scores of every token, for one running sequence after the other; changed here
   */
  advance(scores: Float32Array): void;
}
