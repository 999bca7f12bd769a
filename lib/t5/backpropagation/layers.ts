/**
 * What attention and feed-forward blocks are made of. Each computation stands beside its derivative; a block keeps what
 * its derivative needs and nothing else. Rows are tokens: `[tokens, dModel]`.
 */
import type { T5Config } from '../config.ts';
import type { DropoutMasks } from './dropout-masks.ts';
import type { Kernels } from './kernels.ts';
import { FLOAT, type Value } from './native-memory.ts';
import { isTurned, type TrainedWeights } from './trained-weights.ts';

/** Everything a block needs besides its input. */
export interface Trace {
  kernels: Kernels;
  config: T5Config;
  weights: TrainedWeights;
  masks: DropoutMasks;
  /** Type of the matrix products' factors: FLOAT or BFLOAT16. All else is float. */
  precision: number;
  /** Takes the finished gradient of a weight, which may change the weight: all else that needs it comes before. */
  take(name: string, gradient: Value): void;
}

/** A block's result, and how to get from the derivative of the loss by it to that by the block's input. */
export interface Block {
  out: Value;
  /** Called once, because it frees what it uses; `gradient` is left to the caller. */
  backward(gradient: Value): Value;
}

/** In the type of the matrix products. */
export const toFactor = ({ kernels, precision }: Trace, x: Value): Value => kernels.cast(x, precision);

/** The weight of a linear layer, `[out, in]` unless turned, in the type of the matrix products. */
const factorOf = (trace: Trace, name: string): Value => toFactor(trace, trace.weights.value(name));

/** `[rows, in]` -> `[rows, out]` */
export const linear = (trace: Trace, name: string, x: Value): Value =>
  trace.kernels.matMul(x, factorOf(trace, name), false, !isTurned(name));

/** Derivative of `linear` by its input. */
export const linearInput = (trace: Trace, name: string, gradient: Value): Value =>
  trace.kernels.matMul(gradient, factorOf(trace, name), false, isTurned(name));

/** Derivative of `linear` by its weight, which is taken. Called after `linearInput`. */
export function linearWeight(trace: Trace, name: string, gradient: Value, x: Value): void {
  const { kernels } = trace;
  const [first, second] = isTurned(name) ? [x, gradient] : [gradient, x];
  kernels.tidy(() => trace.take(name, kernels.cast(kernels.matMul(first, second, true), FLOAT)));
}

/** What the derivative of a normalisation needs. */
export interface Normalised {
  /** `[rows, dModel]`, the input. */
  x: Value;
  /** `[rows, 1]`, one over the root of the mean square. */
  factor: Value;
}

/** RMS layer norm: no mean is subtracted and there is no bias (Zhang and Sennrich, 2019). */
export function normalise(trace: Trace, name: string, x: Value): Normalised & { out: Value } {
  const { kernels, config } = trace;
  return kernels.tidy(() => {
    const variance = kernels.mean(kernels.square(x), 1, true);
    const factor = kernels.rsqrt(kernels.add(variance, kernels.scalar(config.layerNormEpsilon)));
    return { x, factor, out: normalised(trace, name, kernels.mul(x, factor)) };
  });
}

const normalised = ({ kernels, weights }: Trace, name: string, unscaled: Value): Value =>
  kernels.mul(unscaled, weights.value(name));

/**
 * The output of a normalisation once more, which is quicker to compute than to keep.
 * @returns `[rows, dModel]`, without and with the weights
 */
export function normaliseAgain(trace: Trace, name: string, { x, factor }: Normalised) {
  const unscaled = trace.kernels.mul(x, factor);
  return { unscaled, out: normalised(trace, name, unscaled) };
}

/** Derivative of `normalise` by its input; that by its weight is taken. */
export function normaliseInput(
  trace: Trace,
  name: string,
  { factor, unscaled }: { factor: Value; unscaled: Value },
  gradient: Value,
): Value {
  const { kernels, weights, config } = trace;
  return kernels.tidy(() => {
    const weight = weights.value(name);
    const product = kernels.mul(gradient, unscaled);
    const projection = kernels.scale(
      kernels.matMul(product, kernels.reshape(weight, [config.dModel, 1])),
      1 / config.dModel,
    ); // [rows, 1]
    const difference = kernels.sub(kernels.mul(gradient, weight), kernels.mul(unscaled, projection));
    const result = kernels.mul(difference, factor);
    trace.take(name, columnSums(trace, product));
    return result;
  });
}

/**
 * The end of a block's derivative: from those by the norm's output, which add up, to that by the block's input.
 * Frees what the norm kept.
 */
export function throughNorm(
  trace: Trace,
  name: string,
  norm: Normalised,
  unscaled: Value,
  parts: readonly Value[],
): Value {
  const { kernels } = trace;
  const gradient = kernels.cast(kernels.addAll(parts), FLOAT);
  const result = normaliseInput(trace, name, { factor: norm.factor, unscaled }, gradient);
  kernels.free(norm.factor, norm.x);
  return result;
}

/** `[rows, columns]` -> `[columns]`: as a product, which is quicker than the reduction. */
function columnSums({ kernels }: Trace, x: Value): Value {
  const [rows, columns] = x.shape as [number, number];
  const ones = kernels.floats([1, rows], new Float32Array(rows).fill(1));
  return kernels.reshape(kernels.matMul(ones, x), [columns]);
}

/**
 * Dropout without its scale, which is cheaper to apply once to a block's result.
 * @param mask from `DropoutMasks.next`
 */
export const drop = ({ kernels }: Trace, mask: Value | undefined, x: Value): Value =>
  mask ? kernels.where(mask, x) : x;

/** Dropout of float rows, scaled, and the derivative. */
export function dropScaled(trace: Trace, x: Value): Block {
  const { kernels, masks } = trace;
  const mask = masks.next(x.shape);
  const apply = (value: Value) => kernels.tidy(() => kernels.scale(drop(trace, mask, value), masks.scale));
  return {
    out: apply(x),
    backward: (gradient) => {
      const result = apply(gradient);
      kernels.free(mask);
      return result;
    },
  };
}

/**
 * A residual connection around a block: `x` plus the block's result after dropout.
 * @param inner computes the block from `x`; its own dropout is left unscaled
 */
export function residual(trace: Trace, x: Value, inner: (x: Value) => Block): Block {
  const { kernels, masks } = trace;
  const block = inner(x);
  const mask = masks.next(x.shape);
  const scale = masks.scale ** 2;
  const out = kernels.tidy(() =>
    kernels.add(x, kernels.scale(kernels.cast(drop(trace, mask, block.out), FLOAT), scale)),
  );
  kernels.free(block.out);
  return {
    out,
    backward: (gradient) =>
      kernels.tidy(() => {
        const scaled = kernels.scale(drop(trace, mask, gradient), scale);
        const inside = block.backward(toFactor(trace, scaled));
        kernels.free(mask);
        return kernels.add(gradient, inside);
      }),
  };
}
