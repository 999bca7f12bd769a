/**
 * How fast this machine trains and decodes a model of a run's shape: a few real steps with random weights on the run's
 * own texts. A large model is measured with one and with two layers; what a layer adds is taken times the rest.
 */
import { createRandom } from '../random/random.ts';
import {
  type GenerateSettings,
  type RunSettings,
  settingsSchema,
  type TrainingSettings,
} from '../settings/settings.ts';
import { taughtPairs } from '../stages/taught-pairs.ts';
import { createModel, type T5Model } from '../t5/checkpoint/checkpoint.ts';
import { scratchConfig, scratchVocabSize } from '../t5/checkpoint/presets.ts';
import { batchesAtOnce } from '../t5/decoding/batch-plan.ts';
import { Decoders } from '../t5/decoding/decoders.ts';
import { buildExamples, pairExample } from '../t5/objectives/build-examples.ts';
import { type Example, truncate } from '../t5/objectives/example.ts';
import { createTokenizer, loadTokenizer } from '../t5/tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../t5/tokenizer/tokenizer.ts';
import { trainTokenizer } from '../t5/tokenizer/train-tokenizer.ts';
import { train } from '../t5/training/train.ts';
import { type T5Shape, withLayers } from './model-shape.ts';

export interface CalibrationRequest {
  shape: T5Shape;
  settings: Pick<RunSettings, 'model' | 'adapt' | 'fineTune' | 'generate'>;
  /** Cleaned texts of rare classes, and of the whole corpus. */
  texts: string[];
  corpus: string[];
}

export interface TrainingSpeed {
  secondsPerStep: number;
  examplesPerText: number;
}

export interface ModelSpeed {
  fineTune: TrainingSpeed;
  /** Training from random weights, and the tokenizer that it needs. */
  pretrain?: TrainingSpeed & { tokenizerSeconds: number };
  adapt?: TrainingSpeed;
  /** Seconds for a batch of prompts decoded to `generate.maxLength`, with as many at once as a stage decodes. */
  secondsPerBatch: number;
  /** Resident memory of a process that trains, and of one that generates, in bytes. */
  trainingBytes: number;
  generationBytes: number;
}

/** Up to here the model itself is measured: as many weights are made and trained in seconds. */
const MEASURED_WHOLE = 15e6;
/** Steps that are measured, behind those that are slow because memory is taken for the first time. */
const WHOLE = { warm: 3, steps: 9, tokens: Number.POSITIVE_INFINITY };
const PARTIAL = { warm: 1, steps: 3, tokens: 40 };
type Effort = typeof WHOLE;
const CLASS = 'class';

/** Measures. The engine's threads are those that the environment gives it. @throws {EngineUnavailable} */
export async function calibrateModel(request: CalibrationRequest): Promise<ModelSpeed> {
  const { shape, settings } = request;
  const begun = performance.now();
  const tokenizer = await tokenizerOf(request);
  const tokenizerSeconds = (performance.now() - begun) / 1000;
  const layers = Number(shape.config.num_layers);
  const isWhole = shape.weights <= MEASURED_WHOLE || layers <= 2;
  const measured: Measured[] = [];
  for (const count of isWhole ? [layers] : [1, 2])
    measured.push(await measure(request, tokenizer, count, isWhole ? WHOLE : PARTIAL));
  const whole = measured.length === 1 ? measured[0]! : extrapolate(measured[0]!, measured[1]!, layers);
  const speedOf = (secondsPerStep: number, training: TrainingSettings, texts: string[]) => ({
    secondsPerStep,
    examplesPerText:
      examplesOf(texts, tokenizer, training, settings.generate).length / Math.max(1, texts.length),
  });
  const pretraining = pretrainSettings(settings.model);
  return {
    fineTune: speedOf(whole.fineTune, settings.fineTune, request.texts),
    ...(settings.adapt && { adapt: speedOf(whole.adapt, settings.adapt, request.corpus) }),
    ...(pretraining && {
      pretrain: { ...speedOf(whole.pretrain, pretraining, request.corpus), tokenizerSeconds },
    }),
    secondsPerBatch: whole.batch,
    trainingBytes: whole.trainingBytes,
    generationBytes: whole.generationBytes,
  };
}

/** Seconds of a step of each training and of a batch, and bytes. */
type Measured = Record<
  'fineTune' | 'adapt' | 'pretrain' | 'batch' | 'trainingBytes' | 'generationBytes',
  number
>;

/** A model of `layers` layers from those with one and two; nothing shrinks when a layer is added. */
export function extrapolate(one: Measured, two: Measured, layers: number): Measured {
  const figures = Object.keys(one) as (keyof Measured)[];
  const added = (figure: keyof Measured) => Math.max(0, two[figure] - one[figure]);
  return Object.fromEntries(
    figures.map((figure) => [figure, one[figure] + added(figure) * (layers - 1)]),
  ) as Measured;
}

async function measure(
  { shape, settings, texts, corpus }: CalibrationRequest,
  tokenizer: Tokenizer,
  layers: number,
  effort: Effort,
): Promise<Measured> {
  const model = await createModel(
    { ...withLayers(shape.config, layers), vocab_size: tokenizer.vocabSize },
    42,
  );
  try {
    const batch = await batchSeconds(model, tokenizer, texts, settings, effort);
    const generationBytes = process.memoryUsage.rss();
    const pretraining = pretrainSettings(settings.model);
    const seconds = (training: TrainingSettings | null | undefined, from: string[]) =>
      training
        ? stepSeconds(model, examplesOf(from, tokenizer, training, settings.generate), training, effort)
        : 0;
    return {
      fineTune: await seconds(settings.fineTune, texts),
      adapt: await seconds(settings.adapt, corpus),
      pretrain: await seconds(pretraining, corpus),
      batch,
      generationBytes,
      trainingBytes: process.memoryUsage.rss(),
    };
  } finally {
    model.dispose();
  }
}

async function stepSeconds(
  model: T5Model,
  examples: Example[],
  settings: TrainingSettings,
  { warm, steps }: Effort,
): Promise<number> {
  const wanted = (warm + steps) * settings.batchSize;
  const random = createRandom(settings.seed, 'calibration');
  const drawn = Array.from({ length: wanted }, () => random.pick(examples));
  const times: number[] = [];
  // Without learning, random weights stay as they are and nothing diverges.
  const still = { ...settings, epochs: 1, learningRate: Number.MIN_VALUE, checkpointSeconds: 0 };
  await train({ model, examples: drawn, settings: still, onStep: ({ seconds }) => times.push(seconds) });
  return (times.at(-1)! - times[warm - 1]!) / steps;
}

async function batchSeconds(
  model: T5Model,
  tokenizer: Tokenizer,
  texts: string[],
  { generate: settings }: CalibrationRequest['settings'],
  { tokens }: Effort,
): Promise<number> {
  const inputs = Array.from({ length: settings.batchSize }, (_, index) => {
    const sentence = texts[index % texts.length]!.split(/(?<=\.)\s/)[0]!;
    const prompt = tokenizer.encode(`summarize: ${CLASS}. ${sentence}`);
    return truncate(prompt, settings.maxPromptTokens, tokenizer.eosId);
  });
  const count = batchesAtOnce(settings.shardSize, settings);
  const { precision, batchSize, numBeams } = settings;
  const decoders = Decoders.of(model, { precision, rows: batchSize * numBeams }, count);
  decoders.startOthers();
  const seconds = async (maxLength: number) => {
    const begun = performance.now();
    // The end is banned to the last, because random weights and trained ones end at different lengths.
    const batch = {
      inputs,
      // To random weights all tokens are equally probable, so that top-p would sort them all, as it never does of trained ones.
      settings: { ...settings, minLength: maxLength, maxLength, topP: 1 },
      seed: settings.seed,
      numbers: [...inputs.keys()],
    };
    await Promise.all(decoders.all.map((decode) => decode(batch)));
    return (performance.now() - begun) / 1000 / count;
  };
  const long = Math.min(settings.maxLength, tokens);
  const short = Math.max(2, Math.round(long / 4));
  await seconds(short);
  const [few, many] = [await seconds(short), await seconds(long)];
  await decoders.dispose();
  return many + (Math.max(0, many - few) / (long - short)) * (settings.maxLength - long);
}

function examplesOf(
  texts: readonly string[],
  tokenizer: Tokenizer,
  settings: TrainingSettings,
  generate: GenerateSettings,
): Example[] {
  if (settings.objective === 'strategies') {
    const pages = texts.map((text, index) => ({ id: String(index), text, label: CLASS }));
    const profiles = new Map([[CLASS, { label: CLASS, keywords: [], sentences: [] }]]);
    return taughtPairs(pages, profiles, generate, settings, tokenizer, 1)
      .flat()
      .map(({ input, target }) => pairExample(input, target, tokenizer, settings));
  }
  return [...buildExamples(texts, tokenizer, settings, createRandom(settings.seed, 'calibration'))];
}

/** The settings with which a model is trained from random weights; undefined for one that is not. */
function pretrainSettings(model: RunSettings['model']): TrainingSettings | undefined {
  if (typeof model === 'string') return undefined;
  const { epochs, batchSize, learningRate, precision } = model;
  return { ...settingsSchema.shape.fineTune.unwrap().parse({}), epochs, batchSize, learningRate, precision };
}

async function tokenizerOf({ shape, settings, corpus }: CalibrationRequest): Promise<Tokenizer> {
  const { model } = settings;
  if (typeof model !== 'string') {
    const files = await trainTokenizer(corpus, { vocabSize: scratchVocabSize(model.scratch) });
    return createTokenizer(files['tokenizer.json'], files['tokenizer_config.json']);
  }
  if (shape.folder) return loadTokenizer(shape.folder);
  return standInTokenizer(Number(shape.config.vocab_size ?? scratchConfig('tiny', 32_128).vocab_size));
}

/** Characters that a piece of T5's vocabulary has in English home pages, on average. */
const CHARACTERS_A_PIECE = 4;
const SENTINELS = 100;
const FIRST_PIECE = 3;

/**
 * Cuts words into about as many pieces as a trained tokenizer would, without being one: what counts for the speed of a
 * model is how many ids there are.
 */
function standInTokenizer(vocabSize: number): Tokenizer {
  const pieces = vocabSize - SENTINELS - FIRST_PIECE;
  const sentinel = (index: number) => vocabSize - 1 - index;
  return {
    vocabSize,
    padId: 0,
    eosId: 1,
    sentinelCount: SENTINELS,
    sentinel,
    decode: () => '',
    encode(text) {
      const ids: number[] = [];
      for (const word of text.split(/\s+/u).filter(Boolean)) {
        const hidden = /^<extra_id_(\d+)>$/.exec(word);
        if (hidden) ids.push(sentinel(Number(hidden[1])));
        else
          for (let at = 0; at < word.length; at += CHARACTERS_A_PIECE)
            ids.push(FIRST_PIECE + ((word.charCodeAt(at) * 31 + word.length) % pieces));
      }
      ids.push(1);
      return ids;
    },
  };
}
