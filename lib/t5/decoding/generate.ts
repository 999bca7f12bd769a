import { setImmediate } from 'node:timers/promises';
import { createRandom, type Random } from '../../random/random.ts';
import type { GenerateSettings } from '../../settings/settings.ts';
import type { Operations } from '../../tensorflow/operations.ts';
import type { Tensor } from '../../tensorflow/tensors.ts';
import { BeamSearch } from './beam.ts';
import { type Blanks, fillBlanks } from './blanks.ts';
import { CachedDecoder } from './cached-decoder.ts';
import { highest } from './candidates.ts';
import { encode, type Layers } from './layers.ts';
import { processorsOf } from './processors.ts';
import type { Scores, Search } from './search.ts';
import { SingleSearch } from './single.ts';

/** Settings of decoding, named as in transformers. Lengths count the decoder's start, as there. */
export type DecodingSettings = Pick<
  GenerateSettings,
  | 'numBeams'
  | 'noRepeatNgramSize'
  | 'minLength'
  | 'maxLength'
  | 'lengthPenalty'
  | 'earlyStopping'
  | 'doSample'
  | 'temperature'
  | 'topK'
  | 'topP'
>;

/** Inputs that are decoded together, in any thread. */
export interface Batch {
  /** Ids of each input, with `</s>`. */
  inputs: readonly ArrayLike<number>[];
  settings: DecodingSettings;
  /** What the tokens of an input are drawn with depends on this (default 0) and the input's number alone. */
  seed?: number;
  /** By default from 0 on. */
  numbers?: readonly number[];
  /** Answers that fill in blanks; for single sequences. */
  blanks?: Blanks | undefined;
}

/** What the tokens of an input are drawn with. */
export type Draws = (input: number) => Random;

export interface Generation {
  /** Without the decoder's start, with `</s>` where the sequence ended by itself. */
  ids: number[];
  /** Sum of the log-probabilities over the penalised length. */
  score: number;
}

/** Inputs that are done leave the batch when they are this share of it: leaving copies the caches of those that stay. */
const LEAVING_SHARE = 0.25;

/**
 * Decodes one batch: beam search, or with one beam greedy search or sampling. Without sampling it gives the ids that
 * transformers' `generate` gives.
 * @throws the signal's reason
 */
export async function generate(
  layers: Layers,
  batch: Batch,
  signal?: AbortSignal,
  random: Draws = drawsOf(batch),
): Promise<Generation[]> {
  const { inputs, settings } = batch;
  const beams = settings.numBeams;
  const searches = inputs.map((_, input) => startSearch(layers, batch, input, random));
  const encoded = await encode(layers, inputs);
  const decoder = new CachedDecoder(layers, encoded, { beams, maxLength: settings.maxLength });
  try {
    let open = searches;
    let origins: Int32Array | undefined;
    while (open.some((search) => !search.isDone)) {
      await setImmediate();
      signal?.throwIfAborted();
      const latest = Int32Array.from(
        open.flatMap((search) => search.running),
        ({ ids }) => ids.at(-1)!,
      );
      const logits = decoder.step(latest, origins);
      const scores = scoresOf(layers, logits, open, settings);
      for (const [input, search] of open.entries()) if (!search.isDone) search.advance(scores[input]!);
      open = dismissDone(open, decoder);
      origins = originsOf(open, beams);
    }
  } finally {
    decoder.dispose();
  }
  return searches.map(({ best: { ids, score } }) => ({ ids: ids.slice(1), score }));
}

const drawsOf =
  ({ seed = 0, numbers }: Batch): Draws =>
  (input) =>
    createRandom(seed, 'sampling', String(numbers?.[input] ?? input));

function startSearch({ config }: Layers, { settings, blanks }: Batch, input: number, random: Draws): Search {
  const { numBeams, doSample, maxLength, lengthPenalty, earlyStopping } = settings;
  const { eosId, decoderStartId, vocabSize } = config;
  const processors = processorsOf(settings, numBeams, eosId);
  const count = blanks?.counts[input] ?? 0;
  if (blanks && count > 0)
    processors.bans.push(fillBlanks(blanks.sentinels, count, { eosId, maxLength, vocabulary: vocabSize }));
  const shared = {
    maxLength,
    lengthPenalty,
    eosId,
    startId: decoderStartId,
    vocabulary: vocabSize,
    processors,
    random: doSample ? random(input) : undefined,
  };
  return numBeams === 1
    ? new SingleSearch(shared)
    : new BeamSearch({ ...shared, beams: numBeams, earlyStopping });
}

/**
 * What each search chooses from: logits for single sequences, log-probabilities for beams.
 * @param logits is freed here
 */
function scoresOf(
  { ops, config }: Layers,
  logits: Tensor,
  searches: readonly Search[],
  { numBeams, doSample }: DecodingSettings,
): Scores[] {
  const scores = ops.tidy(() => {
    if (numBeams === 1) return allScores(ops, logits, searches);
    const logProbabilities = ops.logSoftmax(logits);
    const count = 2 * numBeams;
    const size = doSample ? undefined : blockSizeOf(config.vocabSize, count);
    return size
      ? bestScores(ops, logProbabilities, searches, { count, size })
      : allScores(ops, logProbabilities, searches);
  });
  ops.free(logits);
  return scores;
}

/**
 * All scores of all searches, which the engine hands over in one piece.
 * @param logits `[rows, vocabulary]`, as many rows for each search
 */
function allScores(ops: Operations, logits: Tensor, searches: readonly Search[]): Scores[] {
  const numbers = ops.read(logits);
  const size = logits.shape[1]!;
  const rows = logits.shape[0]! / searches.length;
  const blocks = Array.from({ length: rows }, (_, row) => row);
  return searches.map((_, index) => {
    const start = index * rows * size;
    return { size, blocks, numbers: numbers.subarray(start, start + rows * size) };
  });
}

/**
 * The scores among which the best are. Reading 2 million scores at each step of 64 beams and looking through them takes
 * 30 ms, most of it for memory that comes and goes; the engine finds the highest score of each block in 1 ms, and only
 * the best blocks are read.
 * @param logProbabilities `[rows, vocabulary]`
 * @param count how many of the best are wanted of each search
 * @param size of the blocks; it divides the vocabulary
 */
function bestScores(
  ops: Operations,
  logProbabilities: Tensor,
  searches: readonly Search[],
  { count, size }: { count: number; size: number },
): Scores[] {
  const [rows, vocabulary] = logProbabilities.shape as [number, number];
  const blocksOfRow = vocabulary / size;
  const inBlocks = ops.reshape(logProbabilities, [rows * blocksOfRow, size]);
  const peaks = ops.read(ops.max(inBlocks, 1));
  const blocksOfSearch = peaks.length / searches.length;
  const chosen = searches.map((search, index) => {
    if (search.isDone) return [];
    // The n-th best score is in one of the n best blocks. Forbidden ones may be better than those wanted.
    const own = peaks.subarray(index * blocksOfSearch, (index + 1) * blocksOfSearch);
    const offsets = search.running.map(({ score }) => score);
    return highest(own, count + search.forbidden().length, offsets).map((block) => block.index);
  });
  const wanted = Int32Array.from(
    chosen.flatMap((blocks, index) => blocks.map((block) => index * blocksOfSearch + block)),
  );
  const numbers = ops.read(ops.gather(inBlocks, ops.ints([wanted.length], wanted)));
  let start = 0;
  return chosen.map((blocks) => {
    const end = start + blocks.length * size;
    const scores = { size, blocks, numbers: numbers.subarray(start, end) };
    start = end;
    return scores;
  });
}

/**
 * Size of blocks that divides a vocabulary and makes the fewest numbers to read; undefined if that is no gain.
 * @param count blocks that are read in the end
 */
function blockSizeOf(vocabulary: number, count: number): number | undefined {
  const cost = (size: number) => vocabulary / size + count * size;
  let best = 1;
  for (let size = 2; size <= vocabulary; size++)
    if (vocabulary % size === 0 && cost(size) < cost(best)) best = size;
  return cost(best) < vocabulary ? best : undefined;
}

/** Takes inputs that are done out of the batch, if there are enough of them. */
function dismissDone(open: Search[], decoder: CachedDecoder): Search[] {
  const staying = [...open.keys()].filter((input) => !open[input]!.isDone);
  const leaving = open.length - staying.length;
  if (leaving === 0 || staying.length === 0 || leaving < LEAVING_SHARE * open.length) return open;
  decoder.retain(staying);
  return staying.map((input) => open[input]!);
}

/** Row that each row continues. */
function originsOf(searches: readonly Search[], beams: number): Int32Array {
  return Int32Array.from(
    searches.flatMap(({ origins }, input) => origins.map((beam) => input * beams + beam)),
  );
}
