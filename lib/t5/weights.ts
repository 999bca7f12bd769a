/**
 * The weights of a T5 by our names, and how they are called in Hugging Face checkpoints. Matrices are kept as the
 * checkpoint has them, `[out, in]`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { T5Config } from './config.ts';
import { SafetensorsFile } from './safetensors.ts';
import { shardNames } from './weight-index.ts';

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
  const { dModel, vocabSize } = config;
  if (Math.max(config.encoderLayers, config.decoderLayers) > MOST_LAYERS)
    throw new InvalidInput(
      'config.json, num_layers',
      `more than ${MOST_LAYERS} layers`,
      'Give the config.json that belongs to the weights',
    );
  return [
    { name: 'embedding', tensor: 'shared.weight', shape: [vocabSize, dModel], deviation: 1 },
    ...stackSpecs(config, 'encoder', config.encoderLayers),
    ...stackSpecs(config, 'decoder', config.decoderLayers),
    ...(separateHead
      ? [{ name: 'head', tensor: 'lm_head.weight', shape: [vocabSize, dModel], deviation: 1 }]
      : []),
  ];
}

function stackSpecs(config: T5Config, stack: 'encoder' | 'decoder', layers: number): WeightSpec[] {
  const { dModel, heads, relativeBuckets } = config;
  const specs: WeightSpec[] = [];
  const norm = (name: string, tensor: string) => specs.push({ name, tensor, shape: [dModel], deviation: 0 });
  for (let layer = 0; layer < layers; layer++) {
    const ours = `${stack}.${layer}`;
    const theirs = `${stack}.block.${layer}.layer`;
    specs.push(...attentionSpecs(config, `${ours}.self`, `${theirs}.0.SelfAttention`));
    if (layer === 0)
      specs.push({
        name: `${stack}.positions`,
        tensor: `${theirs}.0.SelfAttention.relative_attention_bias.weight`,
        shape: [relativeBuckets, heads],
        deviation: dModel ** -0.5,
      });
    norm(`${ours}.self.norm`, `${theirs}.0.layer_norm.weight`);
    if (stack === 'decoder') {
      specs.push(...attentionSpecs(config, `${ours}.cross`, `${theirs}.1.EncDecAttention`));
      norm(`${ours}.cross.norm`, `${theirs}.1.layer_norm.weight`);
    }
    const feedForward = stack === 'decoder' ? 2 : 1;
    specs.push(...feedForwardSpecs(config, `${ours}.feed`, `${theirs}.${feedForward}.DenseReluDense`));
    norm(`${ours}.feed.norm`, `${theirs}.${feedForward}.layer_norm.weight`);
  }
  norm(`${stack}.norm`, `${stack}.final_layer_norm.weight`);
  return specs;
}

function attentionSpecs({ dModel, dKv, heads }: T5Config, ours: string, theirs: string): WeightSpec[] {
  const inner = heads * dKv;
  return [
    {
      name: `${ours}.query`,
      tensor: `${theirs}.q.weight`,
      shape: [inner, dModel],
      deviation: (dModel * dKv) ** -0.5,
    },
    { name: `${ours}.key`, tensor: `${theirs}.k.weight`, shape: [inner, dModel], deviation: dModel ** -0.5 },
    {
      name: `${ours}.value`,
      tensor: `${theirs}.v.weight`,
      shape: [inner, dModel],
      deviation: dModel ** -0.5,
    },
    { name: `${ours}.out`, tensor: `${theirs}.o.weight`, shape: [dModel, inner], deviation: inner ** -0.5 },
  ];
}

function feedForwardSpecs(
  { dModel, dFf, feedForward }: T5Config,
  ours: string,
  theirs: string,
): WeightSpec[] {
  const rising =
    feedForward === 'relu'
      ? [['in', 'wi']]
      : [
          ['gate', 'wi_0'],
          ['in', 'wi_1'],
        ];
  return [
    ...rising.map(([name, tensor]) => ({
      name: `${ours}.${name}`,
      tensor: `${theirs}.${tensor}.weight`,
      shape: [dFf, dModel],
      deviation: dModel ** -0.5,
    })),
    { name: `${ours}.out`, tensor: `${theirs}.wo.weight`, shape: [dModel, dFf], deviation: dFf ** -0.5 },
  ];
}

/** Random initial values of one weight; the same seed and weight give the same values. */
export function initialValues(spec: WeightSpec, config: T5Config, seed: number): Float32Array {
  const values = new Float32Array(spec.shape.reduce((product, size) => product * size, 1));
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
  readonly specs: WeightSpec[];
  readonly #files: SafetensorsFile[] = [];
  readonly #places = new Map<string, { file: SafetensorsFile; tensor: string }>();

  /** @throws {InvalidInput} naming missing or unexpected tensors, or one of another shape */
  constructor(folder: string, config: T5Config) {
    try {
      for (const file of weightFiles(folder)) this.#files.push(new SafetensorsFile(join(folder, file)));
      this.specs = this.#match(folder, config);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * A weight by our name.
   * @param target takes the numbers; by default new memory
   */
  read(name: string, target?: Float32Array): Float32Array {
    const { file, tensor } = this.#places.get(name)!;
    return file.read(tensor, target);
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  #match(folder: string, config: T5Config): WeightSpec[] {
    const known = new Map(weightSpecs(config, true).map((spec) => [spec.tensor, spec]));
    const unexpected: string[] = [];
    for (const file of this.#files)
      for (const tensor of file.names) {
        const spec = known.get(tensor);
        if (spec) {
          requireShape(folder, spec, file.shapeOf(tensor));
          this.#places.set(spec.name, { file, tensor });
        } else if (!REDUNDANT.has(tensor)) unexpected.push(tensor);
      }
    if (!this.#places.has('embedding')) this.#findEmbedding(folder, known.get('shared.weight')!);
    const specs = weightSpecs(config, this.#places.has('head'));
    const missing = specs.filter(({ name }) => !this.#places.has(name)).map(({ tensor }) => tensor);
    refuse(folder, 'lacks', missing);
    refuse(folder, 'has unexpected', unexpected);
    return specs;
  }

  #findEmbedding(folder: string, spec: WeightSpec): void {
    for (const file of this.#files) {
      const tensor = EMBEDDINGS.find((name) => file.names.includes(name));
      if (!tensor) continue;
      requireShape(folder, { ...spec, tensor }, file.shapeOf(tensor));
      this.#places.set(spec.name, { file, tensor });
      return;
    }
  }
}

/**
 * Reads the weights of a checkpoint folder.
 * @param take receives each weight in memory of its own
 * @returns the specs of the weights that were read
 * @throws {InvalidInput} naming missing or unexpected tensors, or one of another shape
 */
export async function readWeights(
  folder: string,
  config: T5Config,
  take: (spec: WeightSpec, data: Float32Array) => void,
): Promise<WeightSpec[]> {
  const files = new WeightFiles(folder, config);
  try {
    for (const spec of files.specs) take(spec, files.read(spec.name));
    return files.specs;
  } finally {
    files.close();
  }
}

function weightFiles(folder: string): string[] {
  if (existsSync(join(folder, 'model.safetensors'))) return ['model.safetensors'];
  const index = join(folder, 'model.safetensors.index.json');
  if (existsSync(index)) return shardNames(index, readFileSync(index, 'utf8'));
  const other = ['pytorch_model.bin', 'pytorch_model.bin.index.json', 'tf_model.h5', 'flax_model.msgpack'];
  const found = other.find((name) => existsSync(join(folder, name)));
  throw found
    ? new InvalidInput(
        folder,
        `has its weights only as ${found}`,
        'Convert it once with transformers: T5ForConditionalGeneration.from_pretrained(folder).save_pretrained(folder)',
      )
    : new InvalidInput(folder, 'has no model.safetensors', 'Give the folder of a Hugging Face T5 checkpoint');
}

function requireShape(folder: string, spec: WeightSpec, shape: readonly number[]): void {
  if (shape.join() === spec.shape.join()) return;
  throw new InvalidInput(
    folder,
    `${spec.tensor} is [${shape}], but config.json makes it [${spec.shape}]`,
    'Take config.json and weights from the same checkpoint',
  );
}

function refuse(folder: string, what: string, tensors: string[]): void {
  if (tensors.length === 0) return;
  const shown = tensors.slice(0, 3).join(', ');
  throw new InvalidInput(
    folder,
    `the checkpoint ${what} ${tensors.length === 1 ? 'tensor' : 'tensors'} ${shown}${tensors.length > 3 ? ` and ${tensors.length - 3} more` : ''}`,
    'Take config.json and weights from the same checkpoint of a T5ForConditionalGeneration',
  );
}
