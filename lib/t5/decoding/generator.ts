import { setImmediate } from 'node:timers/promises';
import { createRandom, type Random } from '../../random/random.ts';
import type { GenerateSettings } from '../../settings/settings.ts';
import { loadEngine } from '../../tensorflow/engine.ts';
import { Operations } from '../../tensorflow/operations.ts';
import { BFLOAT16, FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import { readConfig, type T5Model } from '../checkpoint/checkpoint.ts';
import type { T5Config } from '../checkpoint/config.ts';
import { WeightFiles, type WeightSpec } from '../checkpoint/weights.ts';
import { type Blanks, fillBlanks } from './blanks.ts';
import { CachedDecoder } from './cached-decoder.ts';
import { encode, type Layers } from './layers.ts';
import { type Candidate, LEFT_OUT, type ProcessorSettings, processorsOf } from './processors.ts';
import { type BeamSettings, type Search, startSearch } from './search.ts';
import { DecodingWeights, layOut, type SharedWeight } from './weights.ts';

/** Settings of decoding, named as in transformers. Lengths count the decoder's start, as there. */
export type DecodingSettings = BeamSettings & ProcessorSettings;

/**
 * What matrix products compute with, and matrices are kept in. Sums, norms and softmaxes have 32 bits in either case.
 */
export type Precision = GenerateSettings['precision'];

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

export interface Generation {
  /** Without the decoder's start, with `</s>` where the sequence ended by itself. */
  ids: number[];
  /** Sum of the log-probabilities over the penalised length. */
  score: number;
}

export interface GeneratorOptions {
  /** Default `float32`. */
  precision?: Precision;
  /** Beams of all inputs of a usual batch (default 64): so many at a time, or a multiple, are decoded quickest. */
  rows?: number;
}

/** What another thread needs to generate with the same weights in the same memory. */
export interface SharedModel {
  config: T5Config;
  weights: readonly SharedWeight[];
  rows: number;
}

/** Inputs that are done leave the batch when they are this share of it: leaving copies the caches of those that stay. */
const LEAVING_SHARE = 0.25;

/** A T5 that can only generate: its weights lie as decoding wants them. */
export class Generator {
  /** For other threads. */
  readonly model: SharedModel;
  readonly #layers: Layers;

  private constructor(ops: Operations, model: SharedModel) {
    const { config, weights, rows } = model;
    this.model = model;
    this.#layers = { ops, config, weights: new DecodingWeights(ops, weights, rows) };
  }

  /**
   * Loads a checkpoint folder: config.json and the weights as safetensors. They are in memory once, at the most the
   * largest of them twice.
   * @throws {InvalidInput} when a file is missing, or is not what it should be
   * @throws {EngineUnavailable}
   */
  static async load(folder: string, options: GeneratorOptions = {}): Promise<Generator> {
    const config = await readConfig(folder);
    const files = new WeightFiles(folder, config);
    try {
      const ops = new Operations(await loadEngine());
      const weightOf = ({ name, shape }: WeightSpec) => ops.floats(shape, files.read(name));
      return Generator.#make(ops, config, files.specs, weightOf, options);
    } finally {
      files.close();
    }
  }

  /** A generator with copies of a model's weights. */
  static of({ ops: { engine }, config, specs, weights }: T5Model, options: GeneratorOptions = {}): Generator {
    return Generator.#make(new Operations(engine), config, specs, ({ name }) => weights.value(name), options);
  }

  /** The model of a generator in another thread. @throws {EngineUnavailable} */
  static async adopt(model: SharedModel): Promise<Generator> {
    return new Generator(new Operations(await loadEngine()), model);
  }

  static #make(
    ops: Operations,
    config: T5Config,
    specs: readonly WeightSpec[],
    weightOf: (spec: WeightSpec) => Tensor,
    { precision, rows = 64 }: GeneratorOptions,
  ): Generator {
    const dtype = precision === 'bfloat16' ? BFLOAT16 : FLOAT;
    return new Generator(ops, { config, weights: layOut(ops, config, specs, weightOf, dtype), rows });
  }

  get isOnGpu(): boolean {
    return this.#layers.ops.engine.isUsingGpuDevice;
  }

  /**
   * Decodes one batch: beam search, or with one beam greedy search or sampling. Without sampling it gives the ids that
   * transformers' `generate` gives.
   * @param random what the tokens of each input are drawn with
   * @throws the signal's reason
   */
  async generate(
    batch: Batch,
    signal?: AbortSignal,
    random: (input: number) => Random = drawsOf(batch),
  ): Promise<Generation[]> {
    const { inputs, settings } = batch;
    const searches = inputs.map((_, input) => this.#startSearch(batch, input, random));
    const encoded = await encode(this.#layers, inputs);
    const beams = settings.numBeams;
    const decoder = new CachedDecoder(this.#layers, encoded, { beams, maxLength: settings.maxLength });
    try {
      let open = searches;
      let origins: Int32Array | undefined;
      while (open.some((search) => !search.isDone)) {
        await setImmediate();
        signal?.throwIfAborted();
        const latest = open.flatMap((search) => search.running.map(({ ids }) => ids.at(-1)!));
        const logits = decoder.step(Int32Array.from(latest), origins);
        const scores = this.#scoresOf(logits, open, settings);
        for (const [input, search] of open.entries()) if (!search.isDone) search.advance(scores[input]!);
        open = dismissDone(open, decoder);
        // The row that each row continues.
        origins = Int32Array.from(
          open.flatMap((search, input) => search.origins.map((beam) => input * beams + beam)),
        );
      }
    } finally {
      decoder.dispose();
    }
    return searches.map(({ best: { ids, score } }) => ({ ids: ids.slice(1), score }));
  }

  /** Gives the memory of the weights back. */
  dispose(): void {
    this.#layers.ops.dispose();
  }

  #startSearch({ settings, blanks }: Batch, input: number, random: (input: number) => Random): Search {
    const { eosId, decoderStartId: startId, vocabSize: vocabulary } = this.#layers.config;
    const { maxLength } = settings;
    const processors = processorsOf(settings, settings.numBeams, eosId);
    const count = blanks?.counts[input] ?? 0;
    if (blanks && count > 0)
      processors.bans.push(fillBlanks(blanks.sentinels, count, { eosId, maxLength, vocabulary }));
    const drawn = settings.doSample ? random(input) : undefined;
    return startSearch({ ...settings, eosId, startId, vocabulary, processors, random: drawn });
  }

  /** @param logits `[rows, vocabulary]`, freed here */
  #scoresOf(
    logits: Tensor,
    searches: readonly Search[],
    { numBeams, doSample }: DecodingSettings,
  ): (Float32Array | Candidate[])[] {
    const { ops } = this.#layers;
    const scores = ops.tidy(() => {
      const ofBeams = numBeams > 1 ? ops.logSoftmax(logits) : logits;
      if (numBeams > 1 && !doSample) return bestSums(ops, ofBeams, searches);
      const numbers = ops.read(ofBeams);
      const size = numbers.length / searches.length;
      return searches.map((_, index) => numbers.subarray(index * size, (index + 1) * size));
    });
    ops.free(logits);
    return scores;
  }
}

const drawsOf =
  ({ seed = 0, numbers }: Batch) =>
  (input: number): Random =>
    createRandom(seed, 'sampling', String(numbers?.[input] ?? input));

/**
 * The best sums of each search's beams and their next tokens, found by the engine: to read 2 million scores at each step of
 * 64 beams and to look through them would take 30 ms.
 * @param logProbabilities `[rows, vocabulary]`
 */
function bestSums(ops: Operations, logProbabilities: Tensor, searches: readonly Search[]): Candidate[][] {
  const [rows, vocabulary] = logProbabilities.shape as [number, number];
  const beams = rows / searches.length;
  const running = Float32Array.from(searches.flatMap((search) => search.running.map(({ score }) => score)));
  const sums = ops.add(logProbabilities, ops.floats([rows, 1], running));
  const forbidden = Int32Array.from(
    searches.flatMap((search, index) =>
      search.forbidden().map((place) => index * beams * vocabulary + place),
    ),
  );
  const allowed = ops.fill(ops.reshape(sums, [-1]), forbidden, LEFT_OUT);
  const count = Math.min(2 * beams, beams * vocabulary);
  const { values, indices } = ops.topK(ops.reshape(allowed, [searches.length, -1]), count);
  const [scores, places] = [ops.read(values), ops.readInts(indices)];
  return searches.map((_, index) =>
    Array.from({ length: count }, (_, rank) => index * count + rank)
      .filter((at) => scores[at]! > LEFT_OUT)
      .map((at) => ({ place: places[at]!, score: scores[at]! })),
  );
}

/** Takes inputs that are done out of the batch, if there are enough of them. */
function dismissDone(open: Search[], decoder: CachedDecoder): Search[] {
  const staying = [...open.keys()].filter((input) => !open[input]!.isDone);
  const leaving = open.length - staying.length;
  if (leaving === 0 || staying.length === 0 || leaving < LEAVING_SHARE * open.length) return open;
  decoder.retain(staying);
  return staying.map((input) => open[input]!);
}
