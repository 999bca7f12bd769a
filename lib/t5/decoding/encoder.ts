import type { pad } from '../batches.ts';
import { relativeBucket } from '../relative-bucket.ts';
import type { Value } from './kernels.ts';
import { addAttended, feedForward, type Layers, normalise, project, splitHeads, weigh } from './layers.ts';

/** Large enough to vanish in a softmax, small enough to add up without overflowing. */
const MASKED = -1e9;

/** What the decoder needs of the inputs. */
export interface Encoded {
  inputs: number;
  /** `[inputs * source, dModel]` */
  states: Value;
  /** `[inputs, 1, 1, source]`: 0 for tokens, very negative for padding; undefined where there is no padding. */
  bias: Value | undefined;
}

/**
 * Encodes a batch. What it returns lives until it is released.
 * @param padded ids of the inputs, row after row
 */
export function encode(layers: Layers, { ids, mask, width, tokens }: ReturnType<typeof pad>): Encoded {
  const { kernels, config, weights } = layers;
  const inputs = ids.length / width;
  const bias = tokens === ids.length ? undefined : kernels.keep(paddingBias(layers, mask, width));
  const scoresBias = kernels.keep(
    kernels.scope(() => {
      const positions = positionBias(layers, width);
      return bias ? kernels.add(positions, bias) : positions; // [inputs or 1, heads, source, source]
    }),
  );
  let x = kernels.keep(kernels.scope(() => weights.embed(kernels.integers(ids, [ids.length]))));
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    const before = x;
    x = kernels.keep(
      kernels.scope(() => encoderLayer(layers, `encoder.${layer}`, before, inputs, scoresBias)),
    );
    kernels.release([before]);
  }
  const states = kernels.keep(kernels.scope(() => normalise(layers, x, 'encoder')));
  kernels.release([x, scoresBias]);
  return { inputs, states, bias };
}

function encoderLayer(layers: Layers, name: string, x: Value, inputs: number, bias: Value): Value {
  const { kernels } = layers;
  const projected = project(layers, normalise(layers, x, `${name}.self`), `${name}.self.queryKeyValue`);
  const [query, key, value] = splitHeads(layers, projected, inputs, 3) as [Value, Value, Value];
  const attention = weigh(kernels, kernels.batchMatMul(query, key, true), bias);
  const mixed = kernels.batchMatMul(attention, value);
  return feedForward(layers, addAttended(layers, x, mixed, `${name}.self`), `${name}.feed`);
}

function paddingBias({ kernels }: Layers, mask: Float32Array, width: number): Value {
  const bias = mask.map((isToken) => (isToken ? 0 : MASKED));
  return kernels.floats(bias, [mask.length / width, 1, 1, width]);
}

/** `[1, heads, query, key]` */
function positionBias({ kernels, config, weights }: Layers, length: number): Value {
  const buckets = new Int32Array(length * length);
  for (let query = 0; query < length; query++)
    for (let key = 0; key < length; key++)
      buckets[query * length + key] = relativeBucket(key - query, true, config);
  const table = weights.get('encoder.positions'); // [buckets, heads]
  const bias = kernels.gather(table, kernels.integers(buckets, [length, length]), 0);
  return kernels.reshape(kernels.transpose(bias, [2, 0, 1]), [1, config.heads, length, length]);
}
