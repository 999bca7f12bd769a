import { setImmediate } from 'node:timers/promises';
import { relativeBucket } from '../relative-bucket.ts';
import type { Value } from './kernels.ts';
import {
  addTo,
  feedForward,
  joinHeads,
  type Layers,
  normalise,
  project,
  splitHeads,
  weigh,
} from './layers.ts';

/** Large enough to vanish in a softmax, small enough to add up without overflowing. */
const MASKED = -1e9;

/**
 * How the tokens of several inputs lie. Everything but attention is computed on packed rows, one after the other without
 * padding; for attention they are spread, as many rows for each input.
 */
interface Layout {
  inputs: number;
  /** Length of the longest input. */
  width: number;
  /** Padding that there would be, and thus needs it; without any, packed and spread rows are the same. */
  padding?: {
    /** `[inputs * width]`: packed row of each spread one; of padding, any. */
    spread: Value;
    /** `[tokens]`: spread row of each packed one. */
    pack: Value;
    /** `[inputs, 1, 1, width]`: 0 for tokens, very negative for padding. */
    bias: Value;
  };
}

/** What the decoder needs of the inputs. It lives until it is released. */
export interface Encoded {
  layout: Layout;
  /** `[tokens, dModel]`, packed. */
  states: Value;
}

/** Lets the event loop turn between layers. @param inputs ids of each */
export async function encode(layers: Layers, inputs: readonly ArrayLike<number>[]): Promise<Encoded> {
  const { kernels, config, weights } = layers;
  const layout = layOut(layers, inputs);
  const ids = Int32Array.from(inputs.flatMap((input) => Array.from(input)));
  const bias = kernels.keep(
    kernels.scope(() => {
      const positions = positionBias(layers, layout.width);
      return layout.padding ? kernels.add(positions, layout.padding.bias) : positions;
    }),
  );
  let x = kernels.keep(kernels.scope(() => weights.embed(kernels.integers(ids, [ids.length]))));
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    const before = x;
    x = kernels.keep(kernels.scope(() => encoderLayer(layers, `encoder.${layer}`, before, layout, bias)));
    kernels.release([before]);
    await setImmediate();
  }
  const states = kernels.keep(kernels.scope(() => normalise(layers, x, 'encoder')));
  kernels.release([x, bias]);
  return { layout, states };
}

/** Packed rows -> spread rows. */
export function spread({ kernels }: Layers, x: Value, { padding }: Layout): Value {
  return padding ? kernels.gather(x, padding.spread, 0) : x;
}

/** @param bias `[inputs or 1, heads, query, key]` */
function encoderLayer(layers: Layers, name: string, x: Value, layout: Layout, bias: Value): Value {
  const { kernels } = layers;
  const self = `${name}.self`;
  const projected = project(layers, normalise(layers, x, self), `${self}.queryKeyValue`);
  const [query, key, value] = splitHeads(layers, spread(layers, projected, layout), layout.inputs, 3) as [
    Value,
    Value,
    Value,
  ];
  const attention = weigh(kernels, kernels.batchMatMul(query, key, true), bias);
  const joined = joinHeads(layers, kernels.batchMatMul(attention, value), 2);
  const packed = layout.padding ? kernels.gather(joined, layout.padding.pack, 0) : joined;
  const attended = addTo(kernels, x, project(layers, packed, `${self}.out`));
  return feedForward(layers, attended, `${name}.feed`);
}

function layOut({ kernels }: Layers, inputs: readonly ArrayLike<number>[]): Layout {
  const lengths = inputs.map((input) => input.length);
  const width = Math.max(...lengths);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const rows = inputs.length * width;
  if (tokens === rows) return { inputs: inputs.length, width };
  const spreadRows = new Int32Array(rows);
  const packRows = new Int32Array(tokens);
  const bias = new Float32Array(rows).fill(MASKED);
  let packed = 0;
  for (const [input, length] of lengths.entries())
    for (let row = input * width; row < input * width + length; row++) {
      spreadRows[row] = packed;
      packRows[packed++] = row;
      bias[row] = 0;
    }
  return {
    inputs: inputs.length,
    width,
    padding: {
      spread: kernels.integers(spreadRows, [rows]),
      pack: kernels.integers(packRows, [tokens]),
      bias: kernels.floats(bias, [inputs.length, 1, 1, width]),
    },
  };
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
