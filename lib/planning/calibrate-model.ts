/**
 * How fast this machine trains and decodes a model of a run's shape: a few real steps with random weights on the run's
 * own texts. A large model is measured with one and with two layers; what a layer adds is taken times the rest.
 */
import { createRandom } from '../random/random.ts';
import type { GenerateSettings, RunSettings, TrainingSettings } from '../settings/settings.ts';
import { strategyPairs } from '../stages/strategy-pairs.ts';
import { createModel, type T5Model } from '../t5/checkpoint/checkpoint.ts';
import { scratchVocabSize } from '../t5/checkpoint/presets.ts';
import { batchesAtOnce } from '../t5/decoding/batch-plan.ts';
import { Decoders } from '../t5/decoding/decoders.ts';
import { Generator } from '../t5/decoding/generator.ts';
import { buildExamples, pairExample } from '../t5/objectives/build-examples.ts';
import { type Example, truncate } from '../t5/objectives/example.ts';
import { createTokenizer, loadTokenizer } from '../t5/tokenizer/load-tokenizer.ts';
import type { Tokenizer } from '../t5/tokenizer/tokenizer.ts';
import { trainTokenizer } from '../t5/tokenizer/train-tokenizer.ts';
import { train } from '../t5/training/train.ts';
import { pretrainSettings } from '../t5/training/train-model.ts';
import { extrapolate, type ModelSpeed, type TrainingSpeed } from './estimate.ts';
import { type T5Shape, withLayers } from './model-shape.ts';

export interface CalibrationRequest {
  shape: T5Shape;
  settings: Pick<RunSettings, 'model' | 'adapt' | 'fineTune' | 'generate'>;
  /** Cleaned texts of rare classes, and of the whole corpus. */
  texts: string[];
  corpus: string[];
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
  const { shape, settings, texts, corpus } = request;
  const { adapt, fineTune, generate } = settings;
  const scratch = typeof settings.model === 'string' ? undefined : settings.model;
  const begun = performance.now();
  const tokenizer = await tokenizerOf(request);
  const tokenizerSeconds = (performance.now() - begun) / 1000;
  const measure = async (layers: number, effort: Effort): Promise<ModelSpeed> => {
    const config = withLayers(shape.config, layers);
    const model = await createModel(scratch ? { ...config, vocab_size: tokenizer.vocabSize } : config, 42);
    const speedOf = async (training: TrainingSettings, from: string[]): Promise<TrainingSpeed> => {
      const examples = examplesOf(from, tokenizer, training, generate);
      const secondsPerStep = await stepSeconds(model, examples, training, effort);
      return { secondsPerStep, examplesPerText: examples.length / Math.max(1, from.length) };
    };
    try {
      const secondsPerBatch = await batchSeconds(model, tokenizer, texts, generate, effort);
      const generationBytes = process.memoryUsage.rss();
      return {
        fineTune: await speedOf(fineTune, texts),
        ...(adapt && { adapt: await speedOf(adapt, corpus) }),
        ...(scratch && {
          pretrain: { ...(await speedOf(pretrainSettings(scratch), corpus)), tokenizerSeconds },
        }),
        secondsPerBatch,
        generationBytes,
        trainingBytes: process.memoryUsage.rss(),
      };
    } finally {
      model.dispose();
    }
  };
  const layers = Number(shape.config.num_layers);
  if (shape.weights <= MEASURED_WHOLE || layers <= 2) return measure(layers, WHOLE);
  return extrapolate(await measure(1, PARTIAL), await measure(2, PARTIAL), layers);
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
  settings: GenerateSettings,
  { tokens }: Effort,
): Promise<number> {
  const inputs = Array.from({ length: settings.batchSize }, (_, index) => {
    const sentence = texts[index % texts.length]!.split(/(?<=\.)\s/)[0]!;
    const prompt = tokenizer.encode(`summarize: ${CLASS}. ${sentence}`);
    return truncate(prompt, settings.maxPromptTokens, tokenizer.eosId);
  });
  const count = batchesAtOnce(settings.shardSize, settings);
  const { precision, batchSize, numBeams, seed } = settings;
  const decoders = new Decoders(Generator.of(model, { precision, rows: batchSize * numBeams }), count);
  const seconds = async (maxLength: number) => {
    const begun = performance.now();
    // The end is banned to the last, because random weights and trained ones end at different lengths. To random weights
    // all tokens are equally probable, so that top-p would sort them all, as it never does of trained ones.
    const forced = { ...settings, minLength: maxLength, maxLength, topP: 1 };
    const batch = { inputs, settings: forced, seed, numbers: [...inputs.keys()] };
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
    return strategyPairs(pages, profiles, generate, settings, tokenizer, 1)
      .flat()
      .map(({ input, target }) => pairExample(input, target, tokenizer, settings));
  }
  return [...buildExamples(texts, tokenizer, settings, createRandom(settings.seed, 'calibration'))];
}

/** The model's own; where it is not on this machine, one of the corpus, which cuts words into about as many pieces. */
async function tokenizerOf({ shape, settings: { model }, corpus }: CalibrationRequest): Promise<Tokenizer> {
  if (shape.folder) return loadTokenizer(shape.folder);
  const vocabSize = scratchVocabSize(typeof model === 'string' ? 'small' : model.scratch);
  const files = await trainTokenizer(corpus, { vocabSize });
  return createTokenizer(files['tokenizer.json'], files['tokenizer_config.json']);
}
