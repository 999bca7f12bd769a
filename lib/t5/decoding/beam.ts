/**
 * Beam search over one input, to the letter of transformers' `GenerationMixin._beam_search` with `early_stopping=False`.
 * Scores are kept in single precision, as there, so that near ties fall alike.
 */

export interface BeamSettings {
  beams: number;
  /** Ids of a sequence at most, the decoder's start included. */
  maxLength: number;
  lengthPenalty: number;
  eosId: number;
  startId: number;
}

interface Hypothesis {
  ids: number[];
  score: number;
}

/** The best continuations of each beam: `width` of them, best first, with the logarithm of their probability. */
export interface Continuations {
  width: number;
  ids: ArrayLike<number>;
  logProbabilities: ArrayLike<number>;
  /** Where the first beam's continuations begin. */
  offset: number;
}

export class BeamSearch {
  /** Sequences that go on, best first; their scores are sums of log-probabilities. */
  running: Hypothesis[];
  /** From which of the running beams each one came at the last step. */
  origins: number[];
  #finished: Hypothesis[] = [];
  #canImprove = true;
  #canContinue = true;
  readonly #settings: BeamSettings;

  constructor(settings: BeamSettings) {
    this.#settings = settings;
    // All beams begin alike: only the first may continue, or the same token would be chosen for each.
    this.running = Array.from({ length: settings.beams }, (_, beam) => ({
      ids: [settings.startId],
      score: beam === 0 ? 0 : -1e9,
    }));
    this.origins = this.running.map((_, beam) => beam);
  }

  get isDone(): boolean {
    return !this.#canImprove || !this.#canContinue;
  }

  /** The best finished sequence; its score is divided by its penalised length. */
  get best(): Hypothesis {
    return this.#finished[0]!;
  }

  /** Takes one more token into account. */
  advance(continuations: Continuations): void {
    const { beams, maxLength, eosId } = this.#settings;
    const candidates = this.#topCandidates(continuations).map((candidate) => {
      const length = this.running[candidate.beam]!.ids.length + 1;
      return { ...candidate, ends: candidate.id === eosId || length >= maxLength };
    });
    const extend = ({ beam, id, score }: (typeof candidates)[number]) => ({
      ids: [...this.running[beam]!.ids, id],
      score,
    });
    if (this.#canImprove)
      for (const candidate of candidates.slice(0, beams)) if (candidate.ends) this.#finish(extend(candidate));

    const going = candidates.filter(({ ends }) => !ends).slice(0, beams);
    this.#canContinue = going.length > 0;
    if (!this.#canContinue) return;
    const next = going.map(extend);
    this.origins = going.map(({ beam }) => beam);
    // Fewer than `beams` go on only where the vocabulary is smaller than the search is wide.
    while (next.length < beams) {
      next.push({ ...next[0]!, score: -1e9 });
      this.origins.push(this.origins[0]!);
    }
    this.running = next;
    this.#canImprove &&= this.#improvementIsPossible();
  }

  #topCandidates({ width, ids, logProbabilities, offset }: Continuations) {
    const candidates = this.running.flatMap(({ score }, beam) =>
      Array.from({ length: width }, (_, rank) => {
        const at = offset + beam * width + rank;
        return { beam, id: ids[at]!, score: Math.fround(logProbabilities[at]! + Math.fround(score)) };
      }),
    );
    candidates.sort((a, b) => b.score - a.score || a.beam - b.beam || a.id - b.id);
    return candidates.slice(0, 2 * this.#settings.beams);
  }

  #finish({ ids, score }: Hypothesis): void {
    this.#finished.push({ ids, score: this.#penalised(score, ids.length - 1) });
    this.#finished.sort((a, b) => b.score - a.score);
    this.#finished.length = Math.min(this.#finished.length, this.#settings.beams);
  }

  /** Whether the best running sequence, ended now, would beat the worst finished one. */
  #improvementIsPossible(): boolean {
    if (this.#finished.length < this.#settings.beams) return true;
    const best = this.running[0]!;
    return this.#penalised(best.score, best.ids.length - 1) > this.#finished.at(-1)!.score;
  }

  #penalised(score: number, generated: number): number {
    return Math.fround(score / Math.fround(generated ** this.#settings.lengthPenalty));
  }
}
