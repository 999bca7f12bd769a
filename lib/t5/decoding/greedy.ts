import type { BeamSettings, Continuations } from './beam.ts';

/** Greedy search over one input: always the most probable token. */
export class GreedySearch {
  readonly running: { ids: number[]; score: number }[];
  readonly origins = [0];
  isDone = false;
  readonly #settings: BeamSettings;

  constructor(settings: BeamSettings) {
    this.#settings = settings;
    this.running = [{ ids: [settings.startId], score: 0 }];
  }

  /** The sequence; its score is the sum of its log-probabilities over its penalised length, as a beam's. */
  get best(): { ids: number[]; score: number } {
    const { ids, score } = this.running[0]!;
    return { ids, score: score / (ids.length - 1) ** this.#settings.lengthPenalty };
  }

  /** Takes one more token into account. */
  advance({ ids, logProbabilities, offset }: Continuations): void {
    const sequence = this.running[0]!;
    sequence.ids.push(ids[offset]!);
    sequence.score += logProbabilities[offset]!;
    this.isDone = ids[offset] === this.#settings.eosId || sequence.ids.length >= this.#settings.maxLength;
  }
}
