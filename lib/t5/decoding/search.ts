import type { Random } from '../../random/random.ts';
import type { Processors } from './processors.ts';

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
  processors: Processors;
  /** Tokens that there are. */
  vocabulary: number;
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
  /** Places of the tokens that must not follow: sequence * vocabulary + id. */
  forbidden(): number[];
  /**
   * Takes one more token into account.
   * @param scores changed here
   */
  advance(scores: Scores): void;
}

/**
 * Scores of tokens of the running sequences, in blocks. A block is so many tokens that have their places one after the
 * other; its number is the first of them divided by the size.
 */
export interface Scores {
  size: number;
  blocks: ArrayLike<number>;
  numbers: Float32Array;
}

/** Lets no forbidden token be chosen. */
export function forbid({ size, blocks, numbers }: Scores, places: readonly number[]): void {
  const positions = new Map(Array.from(blocks, (block, position) => [block, position]));
  for (const place of places) {
    const position = positions.get(Math.trunc(place / size));
    if (position !== undefined) numbers[position * size + (place % size)] = Number.NEGATIVE_INFINITY;
  }
}
