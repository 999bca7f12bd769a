/**
 * The T5 encoder-decoder as functions over its weights.
 *
 * Raffel et al., Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer (2019); the numbers
 * are those of transformers' `T5ForConditionalGeneration`. Pre-norm residual blocks, RMS layer norm without bias,
 * attention without scaling, and a relative position bias that the first layer of each stack owns and all share.
 */
import type { T5Model } from './checkpoint.ts';
import type { T5Config } from './config.ts';
import type { Engine, Tensor } from './engine.ts';

/** Drops out a part of the values while training; the identity otherwise. */
export type Dropout = (x: Tensor) => Tensor;

/** Large enough to vanish in a softmax, small enough to add up without overflowing. */
const MASKED = -1e9;

/** Everything a layer's computation needs besides its input. */
export interface Pass {
  tf: Engine;
  config: T5Config;
  weight: (name: string) => Tensor;
  dropout: Dropout;
}

export function passOf(model: T5Model, dropout: Dropout = (x) => x): Pass {
  return { tf: model.tf, config: model.config, weight: (name) => model.weights[name]!, dropout };
}

/**
 * @param ids `[batch, length]`, int32
 * @param mask `[batch, length]`, 1 for tokens and 0 for padding
 * @returns `[batch, length, dModel]`
 */
export function encode(pass: Pass, ids: Tensor, mask: Tensor): Tensor {
  const { tf, config, weight, dropout } = pass;
  const length = ids.shape[1]!;
  const positions = positionBias(pass, 'encoder', length, length, 0);
  const bias = tf.add(positions, paddingBias(tf, mask)); // [batch, heads, query, key]
  let x: Tensor = dropout(embed(pass, ids));
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    const name = `encoder.${layer}`;
    x = tf.add(x, dropout(selfAttention(pass, `${name}.self`, x, bias)));
    x = tf.add(x, dropout(feedForward(pass, `${name}.feed`, x)));
  }
  return dropout(normalise(pass, x, weight('encoder.norm')));
}

/**
 * The decoder over whole targets (teacher forcing).
 * @param ids `[batch, target]`, shifted right
 * @param encoded `[batch, source, dModel]`
 * @param encodedMask `[batch, source]`
 * @returns `[batch, target, dModel]`, ready for `logits`
 */
export function decode(pass: Pass, ids: Tensor, encoded: Tensor, encodedMask: Tensor): Tensor {
  const { tf, config, weight, dropout } = pass;
  const length = ids.shape[1]!;
  const positions = positionBias(pass, 'decoder', length, length, 0);
  const bias = tf.add(positions, causalBias(tf, length)); // [1, heads, query, key]
  const crossBias = paddingBias(tf, encodedMask); // [batch, 1, 1, source]
  let x: Tensor = dropout(embed(pass, ids));
  for (let layer = 0; layer < config.decoderLayers; layer++) {
    const name = `decoder.${layer}`;
    x = tf.add(x, dropout(selfAttention(pass, `${name}.self`, x, bias)));
    x = tf.add(x, dropout(crossAttention(pass, `${name}.cross`, x, encoded, crossBias)));
    x = tf.add(x, dropout(feedForward(pass, `${name}.feed`, x)));
  }
  return dropout(normalise(pass, x, weight('decoder.norm')));
}

/**
 * @param x `[…, dModel]`
 * @returns `[rows, vocabulary]`
 */
export function logits(pass: Pass, x: Tensor): Tensor {
  const { tf, config } = pass;
  const rows = tf.reshape(x, [-1, config.dModel]);
  const scaled = config.tied ? tf.mul(rows, config.dModel ** -0.5) : rows;
  return tf.matMul(scaled as never, headWeight(pass) as never, false, true);
}

/** Weights of the output layer: its own, or the embedding. */
export const headWeight = ({ weight }: Pass): Tensor => weight('head') ?? weight('embedding');

/** `[batch, length]` -> `[batch, length, dModel]` */
export const embed = ({ tf, weight }: Pass, ids: Tensor): Tensor =>
  tf.gather(weight('embedding'), ids as never);

/** RMS layer norm: no mean is subtracted and there is no bias (Zhang and Sennrich, 2019). */
export function normalise({ tf, config }: Pass, x: Tensor, scale: Tensor): Tensor {
  const variance = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(variance, config.layerNormEpsilon))), scale);
}

/** `[…, in]` times `[out, in]` -> `[…, out]` */
export function linear({ tf }: Pass, x: Tensor, weight: Tensor): Tensor {
  const [out, inner] = weight.shape as [number, number];
  const product = tf.matMul(tf.reshape(x, [-1, inner]) as never, weight as never, false, true);
  return tf.reshape(product, [...x.shape.slice(0, -1), out]);
}

function selfAttention(pass: Pass, name: string, x: Tensor, bias: Tensor): Tensor {
  const normed = normalise(pass, x, pass.weight(`${name}.norm`));
  return attention(pass, name, normed, normed, bias);
}

function crossAttention(pass: Pass, name: string, x: Tensor, encoded: Tensor, bias: Tensor): Tensor {
  return attention(pass, name, normalise(pass, x, pass.weight(`${name}.norm`)), encoded, bias);
}

function attention(pass: Pass, name: string, queries: Tensor, sources: Tensor, bias: Tensor): Tensor {
  const query = splitHeads(pass, linear(pass, queries, pass.weight(`${name}.query`)));
  const key = splitHeads(pass, linear(pass, sources, pass.weight(`${name}.key`)));
  const value = splitHeads(pass, linear(pass, sources, pass.weight(`${name}.value`)));
  const mixed = attend(pass, query, key, value, bias);
  return linear(pass, joinHeads(pass, mixed), pass.weight(`${name}.out`));
}

/**
 * @param query `[batch, heads, query, dKv]`
 * @param key `[batch, heads, key, dKv]`, as `value`
 * @param bias broadcast to `[batch, heads, query, key]`
 * @returns `[batch, heads, query, dKv]`
 */
export function attend(
  { tf, dropout }: Pass,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  bias: Tensor,
): Tensor {
  const scores = tf.add(tf.matMul(query as never, key as never, false, true), bias);
  return tf.matMul(dropout(tf.softmax(scores)) as never, value as never);
}

/** `[batch, length, heads * dKv]` -> `[batch, heads, length, dKv]` */
export function splitHeads({ tf, config }: Pass, x: Tensor): Tensor {
  const [batch, length] = x.shape as [number, number];
  return tf.transpose(tf.reshape(x, [batch, length, config.heads, config.dKv]), [0, 2, 1, 3]);
}

/** `[batch, heads, length, dKv]` -> `[batch, length, heads * dKv]` */
export function joinHeads({ tf, config }: Pass, x: Tensor): Tensor {
  const [batch, , length] = x.shape as [number, number, number];
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, length, config.heads * config.dKv]);
}

/** Normalisation included; `[…, dModel]` -> `[…, dModel]` */
export function feedForward(pass: Pass, name: string, x: Tensor): Tensor {
  const { tf, config, weight, dropout } = pass;
  const normed = normalise(pass, x, weight(`${name}.norm`));
  const raised = linear(pass, normed, weight(`${name}.in`));
  const hidden =
    config.feedForward === 'relu'
      ? tf.relu(raised)
      : tf.mul(gelu(tf, linear(pass, normed, weight(`${name}.gate`))), raised);
  return linear(pass, dropout(hidden), weight(`${name}.out`));
}

/** `gelu_new`: the tanh approximation (Hendrycks and Gimpel, 2016). */
function gelu(tf: Engine, x: Tensor): Tensor {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/**
 * @param offset position of the first query
 * @returns `[1, heads, queries, keys]`
 */
export function positionBias(
  { tf, config, weight }: Pass,
  stack: 'encoder' | 'decoder',
  queries: number,
  keys: number,
  offset: number,
): Tensor {
  const buckets = new Int32Array(queries * keys);
  for (let query = 0; query < queries; query++)
    for (let key = 0; key < keys; key++)
      buckets[query * keys + key] = relativeBucket(key - query - offset, stack === 'encoder', config);
  const bias = tf.gather(weight(`${stack}.positions`), tf.tensor2d(buckets, [queries, keys], 'int32'));
  return tf.expandDims(tf.transpose(bias, [2, 0, 1]), 0);
}

/**
 * Bucket of a relative position (key minus query): half of the buckets for exact distances, the others growing
 * logarithmically up to the maximum distance. As `T5Attention._relative_position_bucket` in transformers.
 */
export function relativeBucket(
  position: number,
  bidirectional: boolean,
  { relativeBuckets, relativeMaxDistance }: Pick<T5Config, 'relativeBuckets' | 'relativeMaxDistance'>,
): number {
  const buckets = bidirectional ? relativeBuckets >> 1 : relativeBuckets;
  const start = bidirectional && position > 0 ? buckets : 0;
  const distance = bidirectional ? Math.abs(position) : Math.max(0, -position);
  const exact = buckets >> 1;
  if (distance < exact) return start + distance;
  // In single precision, as the reference: the borders of the buckets fall on powers where the last bit decides.
  const { fround } = Math;
  const growth = fround(
    fround(Math.log(fround(distance / exact))) / fround(Math.log(relativeMaxDistance / exact)),
  );
  return start + Math.min(buckets - 1, exact + Math.trunc(fround(growth * (buckets - exact))));
}

/** `[batch, key]` -> `[batch, 1, 1, key]`: 0 for tokens, very negative for padding. */
export function paddingBias(tf: Engine, mask: Tensor): Tensor {
  const [batch, keys] = mask.shape as [number, number];
  return tf.reshape(tf.mul(tf.sub(1, mask), MASKED), [batch, 1, 1, keys]);
}

/** `[1, 1, query, key]`: very negative where the key comes after the query. */
function causalBias(tf: Engine, length: number): Tensor {
  const bias = new Float32Array(length * length);
  for (let query = 0; query < length; query++)
    bias.fill(MASKED, query * length + query + 1, (query + 1) * length);
  return tf.tensor4d(bias, [1, 1, length, length]);
}
