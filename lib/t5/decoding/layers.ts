/**
 * The parts of a T5 layer on TensorFlow's own operations, for decoding: no gradients, no dropout. The numbers are those
 * of ../model.ts.
 */
import type { T5Config } from '../config.ts';
import type { DecodingWeights } from './decoding-weights.ts';
import { FLOAT, type Kernels, type Value } from './kernels.ts';

/** Everything a layer's computation needs besides its input. */
export interface Layers {
  kernels: Kernels;
  config: T5Config;
  weights: DecodingWeights;
}

/** RMS layer norm over the last axis, without its weight where the matrix after it has taken that in. */
export function normalise({ kernels, config, weights }: Layers, x: Value, name: string): Value {
  const variance = kernels.mean(kernels.unary('Square', x));
  const factor = kernels.unary('Rsqrt', kernels.add(variance, kernels.scalar(config.layerNormEpsilon)));
  const normed = kernels.multiply(x, factor);
  const weight = weights.norm(name);
  return weight ? kernels.multiply(normed, weight) : normed;
}

/**
 * Times a matrix, in the matrix's type.
 * @param x `[rows, in]`, or `[1, 1, rows, in]` for a prepacked matrix; the product has as many axes
 */
export function project({ kernels, weights }: Layers, x: Value, name: string): Value {
  const matrix = weights.get(name);
  const rows = kernels.cast(x, matrix.dtype);
  return rows.shape.length === 2
    ? kernels.matMul(rows, matrix)
    : kernels.matMulPrepacked(rows, weights.prepacked(name)!);
}

/** Normalisation and residual included; the result has the shape of `x`. */
export function feedForward(layers: Layers, x: Value, name: string): Value {
  const { kernels, config } = layers;
  const raised = project(layers, normalise(layers, x, name), `${name}.in`);
  const hidden =
    config.feedForward === 'relu'
      ? kernels.unary('Relu', raised)
      : gated(kernels, kernels.cast(raised, FLOAT));
  return addTo(kernels, x, project(layers, hidden, `${name}.out`));
}

/** Gate and values side by side -> values times GELU of the gate, in its tanh approximation (`gelu_new`). */
function gated(kernels: Kernels, x: Value): Value {
  const [gate, values] = kernels.split(x, 2, x.shape.length - 1) as [Value, Value];
  const cube = kernels.multiply(kernels.unary('Square', gate), gate);
  const inner = kernels.add(gate, kernels.multiply(cube, kernels.scalar(0.044715)));
  const tanh = kernels.unary('Tanh', kernels.multiply(inner, kernels.scalar(Math.sqrt(2 / Math.PI))));
  const gelu = kernels.multiply(
    kernels.multiply(gate, kernels.scalar(0.5)),
    kernels.add(tanh, kernels.scalar(1)),
  );
  return kernels.multiply(gelu, values);
}

/**
 * Splits projections that lie side by side into heads.
 * @param x `[inputs * length, parts * heads * dKv]`, with any axes of size 1 in front
 * @returns each part as `[inputs, heads, length, dKv]`
 */
export function splitHeads({ kernels, config }: Layers, x: Value, inputs: number, parts: number): Value[] {
  const { heads, dKv } = config;
  const length = x.shape.at(-2)! / inputs;
  const apart = kernels.reshape(x, [inputs, length, parts, heads, dKv]);
  const ordered = kernels.transpose(apart, [2, 0, 3, 1, 4]); // [parts, inputs, heads, length, dKv]
  return kernels.unstack(ordered);
}

/**
 * `[inputs, heads, length, dKv]` -> `[inputs * length, heads * dKv]`
 * @param axes of the result; those in front are of size 1
 */
export function joinHeads({ kernels, config }: Layers, x: Value, axes: number): Value {
  const [inputs, heads, length] = x.shape as [number, number, number];
  const ones = Array<number>(axes - 2).fill(1);
  const joined = [...ones, inputs * length, heads * config.dKv];
  return kernels.reshape(kernels.transpose(x, [0, 2, 1, 3]), joined);
}

/** Projects what was attended to and adds it to the residual. */
export function addAttended(layers: Layers, x: Value, mixed: Value, name: string): Value {
  const joined = joinHeads(layers, mixed, x.shape.length);
  return addTo(layers.kernels, x, project(layers, joined, `${name}.out`));
}

/** The residual keeps 32 bits. */
export const addTo = (kernels: Kernels, x: Value, change: Value) =>
  kernels.add(x, kernels.cast(change, FLOAT));

/**
 * Attention weights from scores.
 * @param bias broadcast to the scores, if any
 * @returns in the type of the scores, each row adding up to 1
 */
export function weigh(kernels: Kernels, scores: Value, bias: Value | undefined): Value {
  const exact = kernels.cast(scores, FLOAT);
  const attention = kernels.unary('Softmax', bias ? kernels.add(exact, bias) : exact);
  return kernels.cast(attention, scores.dtype);
}
