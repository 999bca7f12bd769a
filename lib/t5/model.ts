/**
 * The T5 encoder, and what decoding shares with it, as functions over the weights. Training has its own, with
 * gradients: backpropagation/pass.ts.
 *
 * Raffel et al., Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer (2019); the numbers
 * are those of transformers' `T5ForConditionalGeneration`. Pre-norm residual blocks, RMS layer norm without bias,
 * attention without scaling, and a relative position bias that the first layer of each stack owns and all share.
 */
import type { T5Model } from './checkpoint.ts';
import type { T5Config } from './config.ts';
import type { Engine, Tensor } from './engine.ts';

/** Large enough to vanish in a softmax, small enough to add up without overflowing. */
const MASKED = -1e9;

/** Everything a layer's computation needs besides its input. */
export interface Pass {
  tf: Engine;
  config: T5Config;
  weight: (name: string) => Tensor;
}

export function passOf({ tf, config, weights }: T5Model): Pass {
  return { tf, config, weight: (name) => weights[name]! };
}

/**
 * @param ids `[batch, length]`, int32
 * @param mask `[batch, length]`, 1 for tokens and 0 for padding
 * @returns `[batch, length, dModel]`
 */
export function encode(pass: Pass, ids: Tensor, mask: Tensor): Tensor {
  const { tf, config, weight } = pass;
  const length = ids.shape[1]!;
  const positions = positionBias(pass, 'encoder', length, length, 0);
  const bias = tf.add(positions, paddingBias(tf, mask)); // [batch, heads, query, key]
  let x: Tensor = embed(pass, ids);
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    const name = `encoder.${layer}`;
    x = tf.add(x, selfAttention(pass, `${name}.self`, x, bias));
    x = tf.add(x, feedForward(pass, `${name}.feed`, x));
  }
  return normalise(pass, x, weight('encoder.norm'));
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
export function attend({ tf }: Pass, query: Tensor, key: Tensor, value: Tensor, bias: Tensor): Tensor {
  const scores = tf.add(tf.matMul(query as never, key as never, false, true), bias);
  return tf.matMul(tf.softmax(scores) as never, value as never);
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
  const { tf, config, weight } = pass;
  const normed = normalise(pass, x, weight(`${name}.norm`));
  const raised = linear(pass, normed, weight(`${name}.in`));
  const hidden =
    config.feedForward === 'relu'
      ? tf.relu(raised)
      : tf.mul(gelu(tf, linear(pass, normed, weight(`${name}.gate`))), raised);
  return linear(pass, hidden, weight(`${name}.out`));
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
