/**
 * The weights of a T5 by our names, and how they are called in Hugging Face checkpoints. Matrices are kept as the
 * checkpoint has them, `[out, in]`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../random/random.ts';
import { InvalidInput } from '../settings/invalid-input.ts';
import type { T5Config } from './config.ts';
import { type NamedTensor, readSafetensors } from './safetensors.ts';
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

/** Copies of the embedding, and a table that transformers never uses, which older checkpoints carry. */
const REDUNDANT = new Set([
  'encoder.embed_tokens.weight',
  'decoder.embed_tokens.weight',
  'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight',
]);

/**
 * Reads the weights of a checkpoint folder, single (`model.safetensors`) or in shards (`model.safetensors.index.json`).
 * @param take receives each weight; what it is given is not kept
 * @returns the specs of the weights that were read
 * @throws {InvalidInput} naming missing or unexpected tensors, or one of another shape
 */
export async function readWeights(
  folder: string,
  config: T5Config,
  take: (spec: WeightSpec, data: Float32Array) => void,
): Promise<WeightSpec[]> {
  const known = new Map(weightSpecs(config, true).map((spec) => [spec.tensor, spec]));
  const found = new Set<string>();
  const unexpected: string[] = [];
  for (const file of await weightFiles(folder)) {
    for await (const tensor of readSafetensors(join(folder, file))) {
      const spec = known.get(tensor.name);
      if (!spec) {
        if (!REDUNDANT.has(tensor.name)) unexpected.push(tensor.name);
        continue;
      }
      requireShape(folder, spec, tensor);
      found.add(tensor.name);
      take(spec, tensor.data);
    }
  }
  const specs = weightSpecs(config, found.has('lm_head.weight'));
  const missing = specs.filter((spec) => !found.has(spec.tensor)).map((spec) => spec.tensor);
  refuse(folder, 'lacks', missing);
  refuse(folder, 'has unexpected', unexpected);
  return specs;
}

async function weightFiles(folder: string): Promise<string[]> {
  const index = join(folder, 'model.safetensors.index.json');
  const text = await readFile(index, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? ['model.safetensors'] : shardNames(index, text);
}

function requireShape(folder: string, spec: WeightSpec, tensor: NamedTensor): void {
  if (tensor.shape.join() === spec.shape.join()) return;
  throw new InvalidInput(
    folder,
    `${spec.tensor} is [${tensor.shape}], but config.json makes it [${spec.shape}]`,
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
