/**
 * The search for the continuation of one input: beam search to the letter of transformers' `GenerationMixin._beam_search`,
 * or with one beam greedy search or sampling. Beams' scores are kept in single precision, as there, so that near ties fall
 * alike.
 */
import type { Random } from '../../random/random.ts';
import type { GenerateSettings } from '../../settings/settings.ts';
import { type Candidate, highest, LEFT_OUT, type Processors } from './processors.ts';

/** Ids so far, the decoder's start included, and the sum of their log-probabilities. */
export interface Sequence {
  ids: readonly number[];
  score: number;
}

export type BeamSettings = Pick<
  GenerateSettings,
  'numBeams' | 'maxLength' | 'lengthPenalty' | 'earlyStopping'
>;

export interface SearchSettings extends BeamSettings {
  eosId: number;
  startId: number;
  processors: Processors;
  /** Tokens that there are. */
  vocabulary: number;
  /** Draws tokens by their probability; without it, the best are taken. */
  random?: Random | undefined;
}

/** One token at a time. */
export interface Search {
  /** Sequences that go on. */
  readonly running: readonly Sequence[];
  /** Which of the running sequences each one continued at the last step. */
  readonly origins: readonly number[];
  readonly isDone: boolean;
  /** The best finished sequence; its score is divided by its penalised length. */
  readonly best: Sequence;
  /** Places of the tokens that must not follow. */
  forbidden(): number[];
  /**
   * Takes one more token into account.
   * @param scores logits of all tokens for a single sequence; for beams, log-probabilities of all tokens if some are
   * drawn (changed here), else the best sums with the beams' scores that are not forbidden, best first: twice as many as
   * beams, so that as many go on should all of the best end
   */
  advance(scores: Float32Array | readonly Candidate[]): void;
}

export const startSearch = (settings: SearchSettings): Search =>
  settings.numBeams === 1 ? new SingleSearch(settings) : new BeamSearch(settings);

class SingleSearch implements Search {
  readonly running: [{ ids: number[]; score: number }];
  readonly origins = [0];
  isDone = false;
  readonly #settings: SearchSettings;

  constructor(settings: SearchSettings) {
    this.#settings = settings;
    this.running = [{ ids: [settings.startId], score: 0 }];
  }

  get best(): Sequence {
    const { ids, score } = this.running[0];
    return { ids, score: score / (ids.length - 1) ** this.#settings.lengthPenalty };
  }

  forbidden(): number[] {
    return this.#settings.processors.bans.flatMap((ban) => ban(this.running[0].ids));
  }

  advance(logits: Float32Array): void {
    const { processors, random, eosId, maxLength } = this.#settings;
    const [sequence] = this.running;
    sequence.score -= logSumExp(logits);
    for (const id of this.forbidden()) logits[id] = LEFT_OUT;
    const processed = processors.warpers.length > 0 ? logits.slice() : logits;
    for (const process of processors.warpers) process(processed);
    const id = random ? draw(processed, random) : indexOfHighest(processed);
    sequence.score += logits[id]!;
    sequence.ids.push(id);
    this.isDone = id === eosId || sequence.ids.length >= maxLength;
  }
}

/** Score of a beam that does not count: all begin alike, and the same token would be chosen for each. */
const OUT_OF_THE_RUNNING = -1e9;

class BeamSearch implements Search {
  /** Best first. */
  running: Sequence[];
  origins: number[];
  #finished: Sequence[] = [];
  #canImprove = true;
  #canContinue = true;
  readonly #settings: SearchSettings;

  constructor(settings: SearchSettings) {
    this.#settings = settings;
    this.running = Array.from({ length: settings.numBeams }, (_, beam) => ({
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

  advance(scores: Float32Array | readonly Candidate[]): void {
    const { numBeams, maxLength, eosId, vocabulary } = this.#settings;
    const chosen = scores instanceof Float32Array ? this.#draw(scores) : scores;
    const candidates = chosen.map(({ place, score }) => {
      const origin = Math.trunc(place / vocabulary);
      return { ids: [...this.running[origin]!.ids, place % vocabulary], score, origin };
    });
    const ends = ({ ids }: Sequence) => ids.at(-1) === eosId || ids.length >= maxLength;
    this.#finish(candidates.slice(0, numBeams).filter(ends));
    this.#goOn(candidates.filter((candidate) => !ends(candidate)));
  }

  #draw(scores: Float32Array): Candidate[] {
    const { numBeams, vocabulary, processors, random } = this.#settings;
    for (const place of this.forbidden()) scores[place] = LEFT_OUT;
    for (const process of processors.warpers)
      for (let start = 0; start < scores.length; start += vocabulary)
        process(scores.subarray(start, start + vocabulary));
    const sums = scores.map((score, place) => score + this.running[Math.trunc(place / vocabulary)]!.score);
    return drawWithoutReplacement(sums, 2 * numBeams, random!);
  }

  #goOn(candidates: (Sequence & { origin: number })[]): void {
    const { numBeams } = this.#settings;
    const next = candidates.sort((a, b) => b.score - a.score).slice(0, numBeams);
    this.#canContinue = next.length > 0;
    if (!this.#canContinue) return;
    // Fewer than there are beams go on only where the vocabulary is smaller than the search is wide.
    while (next.length < numBeams) next.push({ ...next[0]!, score: OUT_OF_THE_RUNNING });
    this.running = next;
    this.origins = next.map(({ origin }) => origin);
    this.#canImprove &&= this.#improvementIsPossible();
  }

  #finish(sequences: Sequence[]): void {
    for (const { ids, score } of sequences)
      this.#finished.push({ ids, score: this.#penalised(score, ids.length - 1) });
    this.#finished.sort((a, b) => b.score - a.score);
    this.#finished.length = Math.min(this.#finished.length, this.#settings.numBeams);
  }

  get #isFull(): boolean {
    return this.#finished.length === this.#settings.numBeams;
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

function indexOfHighest(scores: Float32Array): number {
  let best = 0;
  for (let index = 1; index < scores.length; index++) if (scores[index]! > scores[best]!) best = index;
  return best;
}

function logSumExp(scores: Float32Array): number {
  const highest = scores[indexOfHighest(scores)]!;
  let sum = 0;
  for (let id = 0; id < scores.length; id++) sum += Math.exp(scores[id]! - highest);
  return highest + Math.log(sum);
}

/** One index, each as likely as the exponential of its score; takes one random number. */
function draw(scores: Float32Array, random: Random): number {
  const top = scores[indexOfHighest(scores)]!;
  let total = 0;
  for (let index = 0; index < scores.length; index++) total += Math.exp(scores[index]! - top);
  let left = random.next() * total;
  let last = 0;
  for (let index = 0; index < scores.length; index++) {
    const weight = Math.exp(scores[index]! - top);
    if (weight === 0) continue;
    last = index;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

/**
 * Several places in the order in which they are drawn, none twice. Adding Gumbel noise to the scores and taking the
 * highest is the same as drawing one after the other (Vieira, 2014; Kool et al., 2019).
 */
function drawWithoutReplacement(scores: Float32Array, count: number, random: Random): Candidate[] {
  const top = scores[indexOfHighest(scores)]!;
  // What has no probability in single precision is not drawn, but stands in where nothing else is left.
  const noisy = scores.map((score) =>
    Math.fround(Math.exp(score - top)) > 0 ? score - Math.log(-Math.log(random.next())) : score,
  );
  return highest(noisy, count).map(({ place }) => ({ place, score: scores[place]! }));
}
