/**
 * What attention and feed-forward blocks are made of. Each computation stands beside its derivative; a block keeps what
 * its derivative needs and nothing else. Rows are tokens: `[tokens, dModel]`.
 */
import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import type { ModelWeights } from '../checkpoint/model-weights.ts';
import { type Context, type Rows, rmsFactor } from '../model.ts';
import type { DropoutMasks } from './dropout.ts';

/** Everything a block needs besides its input. */
export interface Trace extends Context {
  weights: ModelWeights;
  masks: DropoutMasks;
  /** Type of the matrix products' factors: FLOAT or BFLOAT16. All else is float. */
  precision: number;
  /** Takes the finished gradient of a weight, which may change the weight: all else that needs it comes before. */
  take(name: string, gradient: Tensor): void;
}

/** A block's result, and how to get from the derivative of the loss by it to that by the block's input. */
export interface Block {
  out: Tensor;
  /** Called once, because it frees what it uses; `gradient` is left to the caller. */
  backward(gradient: Tensor): Tensor;
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

/** Dropout of float rows, scaled, and the derivative. */
export function dropScaled(trace: Trace, x: Tensor): Block {
  const { ops, masks } = trace;
  const mask = masks.next(x.shape);
  const apply = (value: Tensor) => ops.tidy(() => ops.scale(drop(trace, mask, value), masks.scale));
  return {
    out: apply(x),
    backward: (gradient) => {
      const result = apply(gradient);
      ops.free(mask);
      return result;
    },
  };
}

/** The encoder's output as the decoder's layers see it. */
export interface EncoderOutput {
  /** `[rows, dModel]`, in the type of the matrix products. */
  value: Tensor;
  rows: Rows;
  /** Takes a part of the derivative by it, which it owns. */
  take(gradient: Tensor): void;
}

/** What stands between the input and the output layer of a sublayer, in the type of the matrix products. */
export interface Inner {
  /** `[rows, size of the output layer's input]` */
  out: Tensor;
  /** Derivatives by the results of its linear layers, by their names; frees what it uses but `out`. */
  backward(gradient: Tensor): Record<string, Tensor>;
}

/**
 * Norm, linear layers, what `compute` makes of their results, and the output layer.
 * @param encoded what the layers called key and value read, if not the norm's output
 */
export function sublayer(
  trace: Trace,
  name: string,
  x: Tensor,
  compute: (normed: Tensor) => Inner,
  encoded?: EncoderOutput,
): Block {
  const { ops } = trace;
  const { out: normed, ...norm } = normalise(trace, `${name}.norm`, x);
  const input = toFactor(trace, normed);
  const inner = compute(input);
  ops.free(normed, input);
  return {
    out: linear(trace, `${name}.out`, inner.out),
    backward: (gradient) =>
      ops.tidy(() => {
        const byInner = linearInput(trace, `${name}.out`, gradient);
        linearWeight(trace, `${name}.out`, gradient, inner.out);
        const results = Object.entries(inner.backward(byInner));
        ops.free(inner.out, byInner);
        const again = norm.again();
        const own = toFactor(trace, again.out);
        const byInput: Tensor[] = [];
        const byEncoded: Tensor[] = [];
        const isEncoded = (layer: string) => encoded !== undefined && layer !== 'query';
        for (const [layer, byResult] of results)
          (isEncoded(layer) ? byEncoded : byInput).push(linearInput(trace, `${name}.${layer}`, byResult));
        encoded?.take(ops.addAll(byEncoded));
        for (const [layer, byResult] of results)
          linearWeight(trace, `${name}.${layer}`, byResult, isEncoded(layer) ? encoded!.value : own);
        return norm.backward(again.unscaled, byInput);
      }),
  };
}

/**
 * A residual connection around a block: `x` plus the block's result after dropout.
 * @param inner computes the block from `x`; its own dropout is left unscaled
 */
export function residual(trace: Trace, x: Tensor, inner: (x: Tensor) => Block): Block {
  const { ops, masks } = trace;
  const block = inner(x);
  const mask = masks.next(x.shape);
  const scale = masks.scale ** 2;
  const out = ops.tidy(() => ops.add(x, ops.scale(ops.cast(drop(trace, mask, block.out), FLOAT), scale)));
  ops.free(block.out);
  return {
    out,
    backward: (gradient) =>
      ops.tidy(() => {
        const scaled = ops.scale(drop(trace, mask, gradient), scale);
        const inside = block.backward(toFactor(trace, scaled));
        ops.free(mask);
        return ops.add(gradient, inside);
      }),
  };
}
