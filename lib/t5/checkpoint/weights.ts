/**
 * The weights of a T5 by our names, and how they are called in Hugging Face checkpoints. Matrices are kept as the
 * checkpoint has them, `[out, in]`.
 */
import { join } from 'node:path';
import { createRandom } from '../../random/random.ts';
import { InvalidInput } from '../../settings/invalid-input.ts';
import { sizeOf } from '../../tensorflow/tensors.ts';
import type { T5Config } from './config.ts';
import { weightFiles } from './files.ts';
import { SafetensorsFile } from './safetensors.ts';

export interface WeightSpec {
  /** Our name: `decoder.0.cross.query`. */
  name: string;
  /** Name in a checkpoint: `decoder.block.0.layer.1.EncDecAttention.q.weight`. */
  tensor: string;
  shape: number[];
  /** Standard deviation of the random initial values; 0 for weights that start as ones. */
  deviation: number;
}

/** The largest T5 has 24; a config.json that says millions would fill the memory before the weights are looked at. */
const MOST_LAYERS = 1_000;

/**
 * Every weight of a model. The initial deviations are those of Mesh TensorFlow's T5, as in transformers'
 * `T5PreTrainedModel._init_weights`.
 * @param separateHead whether the output layer has weights of its own
 */
export function weightSpecs(config: T5Config, separateHead: boolean): WeightSpec[] {
  const { dModel, dFf, dKv, heads, vocabSize, encoderLayers, decoderLayers } = config;
  if (Math.max(encoderLayers, decoderLayers) > MOST_LAYERS)
    throw new InvalidInput(
      'config.json, num_layers',
      `more than ${MOST_LAYERS} layers`,
      'Give the config.json that belongs to the weights',
    );
  const inner = heads * dKv;
  const specs: WeightSpec[] = [];
  const add = (name: string, tensor: string, shape: number[], deviation: number) =>
    specs.push({ name, tensor: `${tensor}.weight`, shape, deviation });
  const addNorm = (ours: string, theirs: string) => add(`${ours}.norm`, theirs, [dModel], 0);
  const addAttention = (ours: string, theirs: string) => {
    add(`${ours}.query`, `${theirs}.q`, [inner, dModel], (dModel * dKv) ** -0.5);
    add(`${ours}.key`, `${theirs}.k`, [inner, dModel], dModel ** -0.5);
    add(`${ours}.value`, `${theirs}.v`, [inner, dModel], dModel ** -0.5);
    add(`${ours}.out`, `${theirs}.o`, [dModel, inner], inner ** -0.5);
  };
  const addFeedForward = (ours: string, theirs: string) => {
    const isGated = config.feedForward === 'gated-gelu';
    if (isGated) add(`${ours}.gate`, `${theirs}.wi_0`, [dFf, dModel], dModel ** -0.5);
    add(`${ours}.in`, `${theirs}.${isGated ? 'wi_1' : 'wi'}`, [dFf, dModel], dModel ** -0.5);
    add(`${ours}.out`, `${theirs}.wo`, [dModel, dFf], dFf ** -0.5);
  };
  const addLayer = (stack: 'encoder' | 'decoder', layer: number) => {
    const ours = `${stack}.${layer}`;
    const theirs = `${stack}.block.${layer}.layer`;
    addAttention(`${ours}.self`, `${theirs}.0.SelfAttention`);
    const positions = `${theirs}.0.SelfAttention.relative_attention_bias`;
    if (layer === 0) add(`${stack}.positions`, positions, [config.relativeBuckets, heads], dModel ** -0.5);
    addNorm(`${ours}.self`, `${theirs}.0.layer_norm`);
    if (stack === 'decoder') {
      addAttention(`${ours}.cross`, `${theirs}.1.EncDecAttention`);
      addNorm(`${ours}.cross`, `${theirs}.1.layer_norm`);
    }
    const feed = `${theirs}.${stack === 'decoder' ? 2 : 1}`;
    addFeedForward(`${ours}.feed`, `${feed}.DenseReluDense`);
    addNorm(`${ours}.feed`, `${feed}.layer_norm`);
  };
  add('embedding', 'shared', [vocabSize, dModel], 1);
  for (let layer = 0; layer < encoderLayers; layer++) addLayer('encoder', layer);
  addNorm('encoder', 'encoder.final_layer_norm');
  for (let layer = 0; layer < decoderLayers; layer++) addLayer('decoder', layer);
  addNorm('decoder', 'decoder.final_layer_norm');
  if (separateHead) add('head', 'lm_head', [vocabSize, dModel], 1);
  return specs;
}

/** Random initial values of one weight; the same seed and weight give the same values. */
export function initialValues(spec: WeightSpec, config: T5Config, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  if (spec.deviation === 0) return values.fill(config.initializerFactor);
  const random = createRandom(seed, 'initial weights', spec.name);
  const deviation = spec.deviation * config.initializerFactor;
  for (let index = 0; index < values.length; index += 2) {
    // Box-Muller: two uniform numbers give two normal ones.
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    values[index] = radius * Math.cos(angle);
    if (index + 1 < values.length) values[index + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** Other names of the embedding: older checkpoints have copies of it, or the only one, under these. */
const EMBEDDINGS = ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'];

/** What older checkpoints carry besides: copies of the embedding, and a table that transformers never uses. */
const REDUNDANT = new Set([
  ...EMBEDDINGS,
  'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight',
]);

/** The weights of a checkpoint folder: `model.safetensors`, or shards with `model.safetensors.index.json`. */
export class WeightFiles {
  /** The weights that are there. */
  readonly specs: WeightSpec[] = [];
  readonly #folder: string;
  readonly #files: SafetensorsFile[] = [];
  readonly #places = new Map<string, { file: SafetensorsFile; tensor: string }>();

  /** @throws {InvalidInput} naming missing or unexpected tensors, or one of another shape */
  constructor(folder: string, config: T5Config) {
    this.#folder = folder;
    try {
      for (const name of weightFiles(folder)) this.#files.push(new SafetensorsFile(join(folder, name)));
      this.#match(config);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** A weight by our name. */
  read(name: string): Float32Array {
    const { file, tensor } = this.#places.get(name)!;
    return file.read(tensor);
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  #match(config: T5Config): void {
    const places = new Map(
      this.#files.flatMap((file) => file.names.map((tensor) => [tensor, file] as const)),
    );
    const specs = weightSpecs(config, true);
    const known = new Set(specs.map(({ tensor }) => tensor));
    const missing: string[] = [];
    for (const spec of specs) {
      const names = spec.name === 'embedding' ? [spec.tensor, ...EMBEDDINGS] : [spec.tensor];
      const tensor = names.find((name) => places.has(name));
      if (tensor !== undefined) this.#place(spec, tensor, places.get(tensor)!);
      else if (spec.name !== 'head') missing.push(spec.tensor);
    }
    this.#refuse('lacks', missing);
    const unexpected = [...places.keys()].filter((tensor) => !known.has(tensor) && !REDUNDANT.has(tensor));
    this.#refuse('has unexpected', unexpected);
  }

  #place(spec: WeightSpec, tensor: string, file: SafetensorsFile): void {
    const shape = file.shapeOf(tensor);
    if (shape.join() !== spec.shape.join())
      throw new InvalidInput(
        this.#folder,
        `${tensor} is [${shape}], but config.json makes it [${spec.shape}]`,
        'Take config.json and weights from the same checkpoint',
      );
    this.#places.set(spec.name, { file, tensor });
    this.specs.push(spec);
  }

  #refuse(what: string, tensors: string[]): void {
    if (tensors.length === 0) return;
    const more = tensors.length > 3 ? ` and ${tensors.length - 3} more` : '';
    throw new InvalidInput(
      this.#folder,
      `the checkpoint ${what} ${tensors.length === 1 ? 'tensor' : 'tensors'} ${tensors.slice(0, 3).join(', ')}${more}`,
      'Take config.json and weights from the same checkpoint of a T5ForConditionalGeneration',
    );
  }
}
