/**
 * Rules that change the scores of the next token before one is chosen, each one idea of transformers' `LogitsProcessor`
 * of the same name.
 */
import type { GenerateSettings } from '../../settings/settings.ts';

/**
 * Names the ids that must not follow.
 * @param sequence ids so far, the decoder's start included
 */
export type Ban = (sequence: readonly number[]) => number[];

/** Changes the scores of all tokens in place, for sampling; minus infinity leaves a token out. */
export type Warper = (scores: Float32Array) => void;

export type ProcessorSettings = Pick<
  GenerateSettings,
  'minLength' | 'noRepeatNgramSize' | 'doSample' | 'temperature' | 'topK' | 'topP'
>;

export interface Processors {
  bans: Ban[];
  warpers: Warper[];
}

/** Score of a token that is not to be chosen. */
export const LEFT_OUT = Number.NEGATIVE_INFINITY;

/**
 * The processors that settings ask for, in the order in which transformers applies them.
 * @param beams a beam search must keep one more token than the end, so that it can go on
 */
export function processorsOf(
  { minLength, noRepeatNgramSize, doSample, temperature, topK, topP }: ProcessorSettings,
  beams: number,
  eosId: number,
): Processors {
  const atLeast = beams > 1 ? 2 : 1;
  return {
    bans: [
      ...(noRepeatNgramSize > 0 ? [noRepeatNgram(noRepeatNgramSize)] : []),
      ...(minLength > 0 ? [minimumLength(minLength, eosId)] : []),
    ],
    warpers: [
      ...(doSample && temperature !== 1 ? [temperatureWarper(temperature)] : []),
      ...(doSample && topK > 0 ? [topKWarper(topK, atLeast)] : []),
      ...(doSample && topP < 1 ? [topPWarper(topP, atLeast)] : []),
    ],
  };
}

/** No end before the sequence has this many ids, the decoder's start included (`MinLengthLogitsProcessor`). */
function minimumLength(length: number, eosId: number): Ban {
  return (sequence) => (sequence.length < length ? [eosId] : []);
}

/** No n-gram twice (`NoRepeatNGramLogitsProcessor`). */
function noRepeatNgram(size: number): Ban {
  const prefix = size - 1;
  return (sequence) => {
    const banned: number[] = [];
    const latest = sequence.length - prefix;
    for (let start = 0; start < latest; start++) {
      let offset = 0;
      while (offset < prefix && sequence[start + offset] === sequence[latest + offset]) offset++;
      if (offset === prefix) banned.push(sequence[start + prefix]!);
    }
    return banned;
  };
}

/** Flattens (above 1) or sharpens the distribution (`TemperatureLogitsWarper`). */
function temperatureWarper(temperature: number): Warper {
  return (scores) => {
    for (let id = 0; id < scores.length; id++) scores[id] = scores[id]! / temperature;
  };
}

/** Leaves the k most probable tokens, and those equal to the last of them (`TopKLogitsWarper`). */
function topKWarper(k: number, atLeast: number): Warper {
  return (scores) => {
    const least = highest(scores, Math.max(k, atLeast)).at(-1)?.score ?? LEFT_OUT;
    for (let id = 0; id < scores.length; id++) if (scores[id]! < least) scores[id] = LEFT_OUT;
  };
}

/** Leaves the most probable tokens that together reach a probability of p (`TopPLogitsWarper`). */
function topPWarper(p: number, atLeast: number): Warper {
  return (scores) => {
    let highest = LEFT_OUT;
    for (let id = 0; id < scores.length; id++) highest = Math.max(highest, scores[id]!);
    let total = 0;
    for (let id = 0; id < scores.length; id++) total += Math.exp(scores[id]! - highest);
    // Few tokens reach p: to sort the 32,000 of a vocabulary at every step would take longer than the step.
    for (const depth of [8, 16, 32, Number.POSITIVE_INFINITY]) {
      const ids: number[] = [];
      for (let id = 0; id < scores.length; id++) if (scores[id]! >= highest - depth) ids.push(id);
      ids.sort((a, b) => scores[b]! - scores[a]! || a - b);
      let reached = 0;
      // A token goes when the better ones have reached p without it.
      const kept = ids.findIndex((id, rank) => {
        if (rank >= atLeast && reached / total >= p) return true;
        reached += Math.exp(scores[id]! - highest);
        return false;
      });
      if (kept < 0 && ids.length < scores.length) continue;
      const left = ids.slice(0, kept < 0 ? ids.length : kept).map((id) => [id, scores[id]!] as const);
      scores.fill(LEFT_OUT);
      for (const [id, score] of left) scores[id] = score;
      return;
    }
  };
}

/** A score and its place: of a token, sequence * vocabulary + id. */
export interface Candidate {
  place: number;
  score: number;
}

/** The highest scores, best first; of equals the first. */
export function highest(scores: Float32Array, count: number): Candidate[] {
  const best: Candidate[] = [];
  let least = LEFT_OUT;
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place]!;
    if (!(score > least)) continue;
    if (best.length === count) best.pop();
    let rank = best.length;
    while (rank > 0 && best[rank - 1]!.score < score) rank--;
    best.splice(rank, 0, { place, score });
    if (best.length === count) least = best[count - 1]!.score;
  }
  return best;
}
