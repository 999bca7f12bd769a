/**
 * What a T5's layers are made of. Each computation stands beside its derivative, which a tape runs in the opposite order; it
 * keeps what that needs and nothing else. Rows are tokens: `[tokens, dModel]`.
 */
import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import type { ModelWeights } from '../checkpoint/model-weights.ts';
import { type Context, rmsFactor } from '../model.ts';
import type { DropoutMasks } from './dropout.ts';

/** Everything a layer needs besides its input. */
export interface Trace extends Context {
  weights: ModelWeights;
  masks: DropoutMasks;
  /** Type of the matrix products' factors: FLOAT or BFLOAT16. All else is float. */
  precision: number;
  /** Takes the finished gradient of a weight, which may change the weight: all else that needs it comes before. */
  take(name: string, gradient: Tensor): void;
}

/** A value of the forward pass and, on the way back, the derivative of the loss by it. */
export interface Node {
  value: Tensor;
  gradient?: Tensor | undefined;
}

/** Parts of derivatives, which add up. */
type Parts = (readonly [node: Node, gradient: Tensor])[];

export interface Tape extends Trace {
  /** In the order of the forward pass. */
  steps: { node: Node; backward: (gradient: Tensor) => Parts }[];
}

/**
 * A new node.
 * @param backward from the derivative by the value to those by what it was made of; called once, because it frees what it uses
 */
export function record({ steps }: Tape, value: Tensor, backward: (gradient: Tensor) => Parts): Node {
  const node: Node = { value };
  steps.push({ node, backward });
  return node;
}

/** Runs all steps backwards, from a node whose gradient is known to those that nothing was computed from. */
export function runBackward({ ops, steps }: Tape): void {
  for (let step = steps.pop(); step; step = steps.pop()) {
    const { node, backward } = step;
    const used = node.gradient!;
    const parts = ops.tidy(() => backward(used));
    for (const [target, part] of parts) {
      const before = target.gradient;
      target.gradient = before ? ops.add(before, part) : part;
      if (before) ops.free(before, part);
    }
    // A step may pass its gradient on as it is.
    if (!parts.some(([target]) => target.gradient === used)) ops.free(used);
  }
}

/** In the type of the matrix products. */
export const toFactor = ({ ops, precision }: Trace, x: Tensor): Tensor => ops.cast(x, precision);

/** The weight of a linear layer, `[out, in]`, in the type of the matrix products. */
const factorOf = (trace: Trace, name: string): Tensor => toFactor(trace, trace.weights.value(name));

/** `[rows, in]` -> `[rows, out]` */
export const linear = (trace: Trace, name: string, x: Tensor): Tensor =>
  trace.ops.matMul(x, factorOf(trace, name), false, true);

/** Derivative of `linear` by its input. */
const linearInput = (trace: Trace, name: string, gradient: Tensor): Tensor =>
  trace.ops.matMul(gradient, factorOf(trace, name));

/** Derivative of `linear` by its weight, which is taken. Called after `linearInput`. */
function linearWeight(trace: Trace, name: string, gradient: Tensor, x: Tensor): void {
  const { ops } = trace;
  ops.tidy(() => trace.take(name, ops.cast(ops.matMul(gradient, x, true), FLOAT)));
}

/** A normalisation. Its results are quicker to compute again than to keep. */
interface Norm {
  /** `[rows, dModel]` */
  out: Tensor;
  /** The output once more, without and with the weights. */
  again(): { unscaled: Tensor; out: Tensor };
  /**
   * From the derivatives by the output, which add up, to that by the input; that by the weights is taken.
   * @param unscaled from `again`
   */
  backward(unscaled: Tensor, parts: readonly Tensor[]): Tensor;
}

export function normalise(trace: Trace, name: string, x: Tensor): Norm {
  const { ops, config, weights } = trace;
  const factor = ops.tidy(() => rmsFactor(trace, x));
  const again = () => {
    const unscaled = ops.mul(x, factor);
    return { unscaled, out: ops.mul(unscaled, weights.value(name)) };
  };
  return {
    out: ops.tidy(() => again().out),
    again,
    backward: (unscaled, parts) => {
      const result = ops.tidy(() => {
        const gradient = ops.cast(ops.addAll(parts), FLOAT);
        const weight = weights.value(name);
        const product = ops.mul(gradient, unscaled);
        const sums = ops.matMul(product, ops.reshape(weight, [config.dModel, 1]));
        const projection = ops.scale(sums, 1 / config.dModel); // [rows, 1]
        const difference = ops.sub(ops.mul(gradient, weight), ops.mul(unscaled, projection));
        const byInput = ops.mul(difference, factor);
        trace.take(name, columnSums(trace, product));
        return byInput;
      });
      ops.free(factor, x);
      return result;
    },
  };
}

/** `[rows, columns]` -> `[columns]`: as a product, which is quicker than the reduction. */
function columnSums({ ops }: Trace, x: Tensor): Tensor {
  const [rows, columns] = x.shape as [number, number];
  const ones = ops.floats([1, rows], new Float32Array(rows).fill(1));
  return ops.reshape(ops.matMul(ones, x), [columns]);
}

/**
 * Dropout without its scale, which is cheaper to apply once to a block's result.
 * @param mask from `DropoutMasks.next`
 */
export const drop = ({ ops }: Trace, mask: Tensor | undefined, x: Tensor): Tensor =>
  mask ? ops.where(mask, x) : x;

/** What stands between the input and the output layer of a sublayer, in the type of the matrix products. */
export interface Inner {
  /** `[rows, size of the output layer's input]` */
  out: Tensor;
  /**
   * Derivatives by the results of its linear layers, by their names, and `bias`: that by what was added to scores. Frees what
   * it uses but `out`.
   */
  backward(gradient: Tensor): Record<string, Tensor>;
}

/**
 * Norm, linear layers, what `compute` makes of their results, and the output layer.
 * @param others what it reads beside `x`: `encoded`, by the layers called key and value, and `positions`
 */
export function sublayer(
  tape: Tape,
  name: string,
  x: Node,
  compute: (normed: Tensor) => Inner,
  { encoded, positions }: { encoded?: Node; positions?: Node } = {},
): Node {
  const { ops } = tape;
  const { out: normed, ...norm } = normalise(tape, `${name}.norm`, x.value);
  const input = toFactor(tape, normed);
  const inner = compute(input);
  ops.free(normed, input);
  return record(tape, linear(tape, `${name}.out`, inner.out), (gradient) => {
    const byInner = linearInput(tape, `${name}.out`, gradient);
    linearWeight(tape, `${name}.out`, gradient, inner.out);
    const { bias, ...byLayer } = inner.backward(byInner);
    const results = Object.entries(byLayer);
    ops.free(inner.out, byInner);
    const again = norm.again();
    const own = toFactor(tape, again.out);
    const byInput: Tensor[] = [];
    const byEncoded: Tensor[] = [];
    const isEncoded = (layer: string) => encoded !== undefined && layer !== 'query';
    for (const [layer, byResult] of results)
      (isEncoded(layer) ? byEncoded : byInput).push(linearInput(tape, `${name}.${layer}`, byResult));
    const parts: Parts = encoded ? [[encoded, ops.addAll(byEncoded)]] : [];
    if (positions) parts.push([positions, bias!]);
    for (const [layer, byResult] of results)
      linearWeight(tape, `${name}.${layer}`, byResult, isEncoded(layer) ? encoded!.value : own);
    return [...parts, [x, norm.backward(again.unscaled, byInput)]];
  });
}

/** The norm at the end of a stack. */
export function lastNorm(tape: Tape, name: string, x: Node): Node {
  const norm = normalise(tape, name, x.value);
  return record(tape, norm.out, (gradient) => [[x, norm.backward(norm.again().unscaled, [gradient])]]);
}

/** Dropout of float rows, scaled. */
export function dropScaled(tape: Tape, x: Node): Node {
  const { ops, masks } = tape;
  const mask = masks.next(x.value.shape);
  const apply = (value: Tensor) => ops.tidy(() => ops.scale(drop(tape, mask, value), masks.scale));
  const value = apply(x.value);
  if (value !== x.value) ops.free(x.value);
  return record(tape, value, (gradient) => {
    const result = apply(gradient);
    ops.free(mask);
    return [[x, result]];
  });
}

/** `x` plus the result of a sublayer after dropout, which the sublayer's own dropout is left to be scaled with. */
export function residual(tape: Tape, x: Node, block: Node): Node {
  const { ops, masks } = tape;
  const mask = masks.next(x.value.shape);
  const scale = masks.scale ** 2;
  const value = ops.tidy(() =>
    ops.add(x.value, ops.scale(ops.cast(drop(tape, mask, block.value), FLOAT), scale)),
  );
  ops.free(block.value);
  return record(tape, value, (gradient) => {
    const byBlock = toFactor(tape, ops.scale(drop(tape, mask, gradient), scale));
    ops.free(mask);
    return [
      [x, gradient],
      [block, byBlock],
    ];
  });
}
