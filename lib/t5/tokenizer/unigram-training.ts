/**
 * Trains a Unigram vocabulary: Kudo 2018, "Subword Regularization", section 3.2, with the Bayesian M-step that
 * SentencePiece uses. Start from every frequent substring; alternate expectation-maximisation with dropping the quarter
 * of the pieces whose loss hurts the likelihood least, until the wanted number is left.
 */

import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { increase } from '../../arithmetic/counts.ts';
import { sumBy } from '../../arithmetic/sums.ts';
import { Lattice, MAX_WORD } from './lattice.ts';
import { WORD_START } from './tokenizer-files.ts';

/** Longest piece, in characters: SentencePiece's own limit. */
const MAX_PIECE = 16;
/** Pieces to start from, for each piece wanted. */
const SEED_FACTOR = 12;
/** Share of the pieces that survives a round. */
const SHRINK = 0.75;
/** Rounds end a little above the goal; the best of these become the vocabulary. */
const SURPLUS = 1.1;
/** Share of the characters of the text that get a piece of their own, as in T5's vocabulary. */
const CHARACTER_COVERAGE = 0.9995;
/** A piece expected less often than this is dropped. */
const LEAST_EXPECTED = 0.5;

interface Model {
  names: string[];
  probability: Float64Array;
}

/**
 * @param words distinct normalised words with their counts
 * @param size how many pieces are wanted; the text may have fewer
 * @returns pieces with log probabilities, most probable first; every printable ASCII character is among them
 */
export async function trainUnigram(
  words: readonly (readonly [word: string, count: number])[],
  size: number,
  signal?: AbortSignal,
): Promise<[piece: string, score: number][]> {
  const alphabet = chooseAlphabet(words, size);
  const { stretches, counts } = cutWords(words, alphabet);
  let model = seedModel(stretches, counts, alphabet, size * SEED_FACTOR);
  const ids = new Map(model.names.map((name, id) => [name, id]));
  const text = new Lattice(stretches, ids, MAX_PIECE);
  const pieces = new Lattice(
    model.names.map((name) => Array.from(name)),
    ids,
    MAX_PIECE,
  );
  /** Which word of the lattice `pieces` each piece is. */
  let spelling = Int32Array.from(model.names.keys());
  const goal = Math.ceil(size * SURPLUS);

  const keep = (kept: number[]) => {
    const newId = new Int32Array(model.names.length).fill(-1);
    for (const [id, old] of kept.entries()) newId[old] = id;
    text.renumber(newId);
    pieces.renumber(newId);
    spelling = Int32Array.from(kept, (old) => spelling[old]!);
    model = {
      names: kept.map((old) => model.names[old]!),
      probability: Float64Array.from(kept, (old) => model.probability[old]!),
    };
  };

  for (;;) {
    for (let pass = 0; pass < 2; pass++) {
      const expected = new Float64Array(model.names.length);
      for (let word = 0; word < text.wordCount; word++)
        text.addExpected(word, counts[word]!, model.probability, expected);
      keep(maximise(model, expected, alphabet));
      signal?.throwIfAborted();
      await yieldToEvents();
    }
    if (model.names.length <= Math.max(goal, alphabet.size)) break;
    const wanted = Math.max(goal, Math.floor(model.names.length * SHRINK));
    keep(mostUseful(model, text, counts, pieces, spelling, alphabet, wanted));
  }
  return finish(model, alphabet, size);
}

/** Printable ASCII, the word start, and the most frequent characters until they cover the text. */
function chooseAlphabet(words: readonly (readonly [string, number])[], size: number): Set<string> {
  const counts = new Map<string, number>();
  let total = 0;
  for (const [word, count] of words) {
    for (const character of word) {
      increase(counts, character, count);
      total += count;
    }
  }
  const alphabet = new Set([WORD_START]);
  for (let code = 0x21; code < 0x7f; code++) alphabet.add(String.fromCharCode(code));
  const sorted = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  let covered = 0;
  for (const [character, count] of sorted) {
    // At most half of the vocabulary: a corpus of many scripts still needs pieces.
    if (covered >= total * CHARACTER_COVERAGE || alphabet.size >= Math.max(size / 2, 95)) break;
    alphabet.add(character);
    covered += count;
  }
  return alphabet;
}

/** Words with their start sign as characters, cut where a character is outside the alphabet and where too long. */
function cutWords(words: readonly (readonly [string, number])[], alphabet: ReadonlySet<string>) {
  const stretches: string[][] = [];
  const counts: number[] = [];
  const add = (stretch: string[], count: number) => {
    if (stretch.length === 0) return;
    stretches.push(stretch);
    counts.push(count);
  };
  for (const [word, count] of words) {
    let stretch = [WORD_START];
    for (const character of word) {
      const known = alphabet.has(character);
      if (!known || stretch.length === MAX_WORD) {
        add(stretch, count);
        stretch = [];
      }
      if (known) stretch.push(character);
    }
    add(stretch, count);
  }
  return { stretches, counts: Float64Array.from(counts) };
}

/** Single characters, and the substrings that save the most characters (count times length). */
function seedModel(
  stretches: readonly string[][],
  counts: Float64Array,
  alphabet: ReadonlySet<string>,
  size: number,
): Model {
  const frequency = new Map<string, number>([...alphabet].map((character) => [character, 0]));
  for (const [index, stretch] of stretches.entries()) {
    const count = counts[index]!;
    for (let start = 0; start < stretch.length; start++) {
      const longest = Math.min(stretch.length, start + MAX_PIECE);
      let name = '';
      for (let end = start; end < longest; end++) {
        name += stretch[end]!;
        increase(frequency, name, count);
      }
    }
  }
  const candidates: [name: string, count: number, worth: number][] = [];
  for (const [name, count] of frequency) {
    if (alphabet.has(name)) continue;
    if (count > 1) candidates.push([name, count, count * Array.from(name).length]);
  }
  candidates.sort(([a, , worthA], [b, , worthB]) => worthB - worthA || (a < b ? -1 : 1));
  const chosen: [string, number][] = [...alphabet].map((character) => [
    character,
    Math.max(frequency.get(character)!, 1),
  ]);
  for (const [name, count] of candidates.slice(0, Math.max(0, size - alphabet.size)))
    chosen.push([name, count]);
  const total = sumBy(chosen, ([, count]) => count);
  return {
    names: chosen.map(([name]) => name),
    probability: Float64Array.from(chosen, ([, count]) => count / total),
  };
}

/** Sets the probabilities from expected counts; returns the pieces that are worth keeping. */
function maximise(model: Model, expected: Float64Array, alphabet: ReadonlySet<string>): number[] {
  const kept: number[] = [];
  let total = 0;
  for (const [id, name] of model.names.entries()) {
    if (alphabet.has(name)) expected[id] = Math.max(expected[id]!, LEAST_EXPECTED);
    if (expected[id]! < LEAST_EXPECTED) continue;
    kept.push(id);
    total += expected[id]!;
  }
  const normaliser = digamma(total);
  for (const id of kept) model.probability[id] = Math.exp(digamma(expected[id]!) - normaliser);
  return kept;
}

/**
 * The pieces whose loss would cost the most likelihood: each is compared with the best spelling of itself by other
 * pieces, at the counts of the best segmentation of the text.
 */
function mostUseful(
  model: Model,
  text: Lattice,
  counts: Float64Array,
  pieces: Lattice,
  spelling: Int32Array,
  alphabet: ReadonlySet<string>,
  wanted: number,
): number[] {
  const used = new Float64Array(model.names.length);
  let total = 0;
  for (let word = 0; word < text.wordCount; word++) {
    for (const piece of text.segment(word, model.probability).pieces) {
      used[piece]! += counts[word]!;
      total += counts[word]!;
    }
  }
  const kept: number[] = [];
  const candidates: [id: number, loss: number][] = [];
  for (const [id, name] of model.names.entries()) {
    if (alphabet.has(name)) {
      kept.push(id);
      continue;
    }
    const other = pieces.segment(spelling[id]!, model.probability, false);
    if (other.probability > model.probability[id]! || used[id] === 0) continue;
    const count = used[id]!;
    const totalWithout = Math.log(total + count * (other.pieces.length - 1));
    let logWithout = 0;
    for (const piece of other.pieces) logWithout += Math.log(used[piece]! + count) - totalWithout;
    candidates.push([id, count * (Math.log(count) - Math.log(total) - logWithout)]);
  }
  candidates.sort(([a, lossA], [b, lossB]) => lossB - lossA || a - b);
  for (const [id] of candidates.slice(0, Math.max(0, wanted - kept.length))) kept.push(id);
  return kept.sort((a, b) => a - b);
}

/** The alphabet and the most probable other pieces, with scores rounded to what decides between segmentations. */
function finish(model: Model, alphabet: ReadonlySet<string>, size: number): [string, number][] {
  const scored = model.names.map((name, id): [string, number] => [
    name,
    Number(Math.log(model.probability[id]!).toFixed(6)),
  ]);
  const order = ([a, scoreA]: [string, number], [b, scoreB]: [string, number]) =>
    scoreB - scoreA || (a < b ? -1 : 1);
  const longer = scored.filter(([name]) => !alphabet.has(name)).sort(order);
  const chosen = scored.filter(([name]) => alphabet.has(name));
  chosen.push(...longer.slice(0, Math.max(0, size - chosen.length)));
  return chosen.sort(order);
}

/** Derivative of log Gamma: recurrence up to 7, then the asymptotic series (Abramowitz and Stegun 6.3.18). */
function digamma(x: number): number {
  let value = 0;
  let shifted = x;
  for (; shifted < 7; shifted++) value -= 1 / shifted;
  const inverse = 1 / (shifted * shifted);
  return (
    value + Math.log(shifted) - 0.5 / shifted - inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252)))
  );
}
