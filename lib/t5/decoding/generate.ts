import { setImmediate } from 'node:timers/promises';
import { createRandom, type Random } from '../../random/random.ts';
import type { GenerateSettings } from '../../settings/settings.ts';
import type { Tensor } from '../../tensorflow/tensors.ts';
import { BeamSearch } from './beam.ts';
import { type Blanks, fillBlanks } from './blanks.ts';
import { CachedDecoder } from './cached-decoder.ts';
import { encode, type Layers } from './layers.ts';
import { processorsOf } from './processors.ts';
import { allScores, bestScores, blockSizeOf } from './scores.ts';
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
