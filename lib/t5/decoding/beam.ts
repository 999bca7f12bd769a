/**
 * Beam search over one input, to the letter of transformers' `GenerationMixin._beam_search`. Scores are kept in single
 * precision, as there, so that near ties fall alike.
 */
import { drawWithoutReplacement, highest } from './candidates.ts';
import { forbid, type Scores, type Search, type SearchSettings, type Sequence } from './search.ts';

export interface BeamSettings extends SearchSettings {
  beams: number;
  /**
   * When to stop: `true` as soon as there are as many finished sequences as beams; `false` when it is unlikely that a
   * better one is found; `never` when it is impossible.
   */
  earlyStopping: boolean | 'never';
}

/** Score of a beam that does not count: all begin alike, and the same token would be chosen for each. */
const OUT_OF_THE_RUNNING = -1e9;

export class BeamSearch implements Search {
  /** Best first. */
  running: Sequence[];
  origins: number[];
  #finished: Sequence[] = [];
  #canImprove = true;
  #canContinue = true;
  readonly #settings: BeamSettings;

  constructor(settings: BeamSettings) {
    this.#settings = settings;
    this.running = Array.from({ length: settings.beams }, (_, beam) => ({
      ids: [settings.startId],
      score: beam === 0 ? 0 : OUT_OF_THE_RUNNING,
    }));
    this.origins = this.running.map((_, beam) => beam);
  }

  get isDone(): boolean {
    const isFull = this.#settings.earlyStopping === true && this.#isFull;
    return isFull || !this.#canImprove || !this.#canContinue;
  }

  get best(): Sequence {
    const [best] = this.#finished;
    if (best) return best;
    // Only where the processors forbid every token.
    const { ids, score } = this.running[0]!;
    return { ids, score: this.#penalised(score, ids.length - 1) };
  }

  forbidden(): number[] {
    const { processors, vocabulary } = this.#settings;
    return this.running.flatMap(({ ids }, beam) =>
      processors.bans.flatMap((ban) => ban(ids).map((id) => beam * vocabulary + id)),
    );
  }

  /** @param scores log-probabilities; of all tokens if some are drawn */
  advance(scores: Scores): void {
    forbid(scores, this.forbidden());
    const { size, blocks, numbers } = scores;
    const { beams, maxLength, eosId, random, processors, vocabulary } = this.#settings;
    const beamOf = (place: number) => Math.trunc(place / vocabulary);
    const offsets = Array.from(blocks, (block) => this.running[beamOf(block * size)]!.score);
    for (const process of processors.warpers)
      for (let start = 0; start < numbers.length; start += size)
        process(numbers.subarray(start, start + size));
    // Twice as many as beams: should all of the best end, as many can still go on.
    const chosen = random
      ? drawWithoutReplacement(numbers, 2 * beams, offsets, random)
      : highest(numbers, 2 * beams, offsets);
    const candidates = chosen.map(({ index, score }) => {
      const place = blocks[Math.trunc(index / size)]! * size + (index % size);
      const origin = beamOf(place);
      return { ids: [...this.running[origin]!.ids, place % vocabulary], score, origin };
    });
    const ends = ({ ids }: Sequence) => ids.at(-1) === eosId || ids.length >= maxLength;
    this.#finish(candidates.slice(0, beams).filter(ends));
    this.#goOn(candidates.filter((candidate) => !ends(candidate)));
  }

  #goOn(candidates: (Sequence & { origin: number })[]): void {
    const next = candidates.sort((a, b) => b.score - a.score).slice(0, this.#settings.beams);
    this.#canContinue = next.length > 0;
    if (!this.#canContinue) return;
    // Fewer than there are beams go on only where the vocabulary is smaller than the search is wide.
    while (next.length < this.#settings.beams) next.push({ ...next[0]!, score: OUT_OF_THE_RUNNING });
    this.running = next;
    this.origins = next.map(({ origin }) => origin);
    this.#canImprove &&= this.#improvementIsPossible();
  }

  #finish(sequences: Sequence[]): void {
    for (const { ids, score } of sequences)
      this.#finished.push({ ids, score: this.#penalised(score, ids.length - 1) });
    this.#finished.sort((a, b) => b.score - a.score);
    this.#finished.length = Math.min(this.#finished.length, this.#settings.beams);
  }

  get #isFull(): boolean {
    return this.#finished.length === this.#settings.beams;
  }

  /** Whether the best running sequence could come to beat the worst finished one. */
  #improvementIsPossible(): boolean {
    if (!this.#isFull) return true;
    const { earlyStopping, lengthPenalty, maxLength } = this.#settings;
    const { ids, score } = this.running[0]!;
    const length = (earlyStopping === 'never' && lengthPenalty > 0 ? maxLength : ids.length) - 1;
    return this.#penalised(score, length) > this.#finished.at(-1)!.score;
  }

  #penalised(score: number, generated: number): number {
    return Math.fround(score / Math.fround(generated ** this.#settings.lengthPenalty));
  }
}
