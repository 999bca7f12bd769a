/** The forward pass of decoding, by weights as decoding wants them: no gradients, no dropout. */
import { setImmediate } from 'node:timers/promises';
import type { Operations } from '../../tensorflow/operations.ts';
import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import {
  attentionProbabilities,
  type Context,
  packIds,
  packRows,
  positionBias,
  type Rows,
  relativeBuckets,
  rmsFactor,
  toHeads,
  toRows,
} from '../model.ts';
import type { DecodingWeights } from './weights.ts';

/** Everything a layer's computation needs besides its input. */
export interface Layers extends Context {
  weights: DecodingWeights;
}

/** What the decoder needs of the inputs. It lives until it is freed. */
export interface Encoded {
  rows: Rows;
  /** `[rows, dModel]` */
  states: Tensor;
}

/** Lets the event loop turn between layers. @param inputs ids of each */
export async function encode(layers: Layers, inputs: readonly ArrayLike<number>[]): Promise<Encoded> {
  const { ops, config, weights } = layers;
  const rows = packRows(layers, inputs, false);
  const buckets = relativeBuckets(rows.longest, true, config);
  const bias = positionBias(layers, weights.get('encoder.positions'), buckets, rows, false);
  let x = ops.tidy(() => weights.embed(packIds(rows, inputs, config.padId)));
  for (let layer = 0; layer < config.encoderLayers; layer++) {
    const before = x;
    x = ops.tidy(() => encoderLayer(layers, `encoder.${layer}`, before, rows, bias));
    ops.free(before);
    await setImmediate();
  }
  const states = ops.tidy(() => normalise(layers, x, 'encoder'));
  ops.free(x, bias);
  return { rows, states };
}

function encoderLayer(layers: Layers, name: string, x: Tensor, rows: Rows, bias: Tensor): Tensor {
  const { ops } = layers;
  const self = `${name}.self`;
  const projected = project(layers, normalise(layers, x, self), `${self}.queryKeyValue`);
  const [query, key, value] = projectionsByHeads(layers, projected, rows, 3) as [Tensor, Tensor, Tensor];
  const attention = ops.cast(attentionProbabilities(ops, query, key, bias), query.dtype);
  const mixed = toRows(layers, ops.batchMatMul(attention, value), rows);
  return feedForward(layers, addTo(ops, x, project(layers, mixed, `${self}.out`)), `${name}.feed`);
}

/**
 * Splits projections that lie side by side.
 * @param x `[rows, parts * heads * dKv]`
 * @returns each part as `[batch, heads, length, dKv]`
 */
export const projectionsByHeads = (layers: Layers, x: Tensor, rows: Rows, parts: number): Tensor[] =>
  layers.ops.split(x, parts, 1).map((part) => toHeads(layers, part, rows));

/** RMS layer norm over the last axis, without its weight where the matrix after it has taken that in. */
export function normalise(layers: Layers, x: Tensor, name: string): Tensor {
  const { ops, weights } = layers;
  const normed = ops.mul(x, rmsFactor(layers, x));
  const weight = weights.norm(name);
  return weight ? ops.mul(normed, weight) : normed;
}

/**
 * Times a matrix, in the matrix's type.
 * @param x `[rows, in]`, or `[1, 1, rows, in]` for a prepacked matrix; the product has as many axes
 */
export function project({ ops, weights }: Layers, x: Tensor, name: string): Tensor {
  const matrix = weights.get(name);
  const rows = ops.cast(x, matrix.dtype);
  return rows.shape.length === 2
    ? ops.matMul(rows, matrix)
    : ops.matMulPrepacked(rows, weights.prepacked(name)!);
}

/** Normalisation and residual included; the result has the shape of `x`. */
export function feedForward(layers: Layers, x: Tensor, name: string): Tensor {
  const { ops, config } = layers;
  const raised = project(layers, normalise(layers, x, name), `${name}.in`);
  const hidden = config.feedForward === 'relu' ? ops.relu(raised) : gated(ops, ops.cast(raised, FLOAT));
  return addTo(ops, x, project(layers, hidden, `${name}.out`));
}

/** Gate and values side by side -> values times GELU of the gate, in its tanh approximation (`gelu_new`). */
function gated(ops: Operations, x: Tensor): Tensor {
  const [gate, values] = ops.split(x, 2, x.shape.length - 1) as [Tensor, Tensor];
  const cube = ops.mul(ops.square(gate), gate);
  const inner = ops.add(gate, ops.scale(cube, 0.044715));
  const tanh = ops.tanh(ops.scale(inner, Math.sqrt(2 / Math.PI)));
  return ops.mul(ops.mul(ops.scale(gate, 0.5), ops.add(tanh, ops.scalar(1))), values);
}

/** The residual keeps 32 bits. */
export const addTo = (ops: Operations, x: Tensor, change: Tensor) => ops.add(x, ops.cast(change, FLOAT));
