import type { Kernels } from './kernels.ts';
import {
  type Block,
  drop,
  linear,
  linearInput,
  linearWeight,
  normalise,
  normaliseAgain,
  type Trace,
  throughNorm,
  toFactor,
} from './layers.ts';
import { FLOAT, type Value } from './native-memory.ts';

/** The hidden layer of a feed-forward network. */
interface Hidden {
  /** `[rows, dFf]`, after dropout; in the type of the matrix products, as everything here. */
  out: Value;
  /** Derivatives by the results of its linear layers, by their names; frees what it uses but `out`. */
  backward(gradient: Value): Record<string, Value>;
}

/** Norm and feed-forward network, in the form that the config names. */
export function feedForward(trace: Trace, name: string, x: Value): Block {
  const { kernels, config } = trace;
  const { out: normed, ...norm } = normalise(trace, `${name}.norm`, x);
  const compute = config.feedForward === 'relu' ? rectified : gated;
  const factor = toFactor(trace, normed);
  const hidden = compute(trace, name, factor);
  kernels.free(normed, factor);
  return {
    out: linear(trace, `${name}.out`, hidden.out),
    backward: (gradient) =>
      kernels.tidy(() => {
        const byHidden = linearInput(trace, `${name}.out`, gradient);
        linearWeight(trace, `${name}.out`, gradient, hidden.out);
        const results = Object.entries(hidden.backward(byHidden));
        kernels.free(hidden.out, byHidden);
        const again = normaliseAgain(trace, `${name}.norm`, norm);
        const inputs = toFactor(trace, again.out);
        const parts = results.map(([layer, byResult]) => linearInput(trace, `${name}.${layer}`, byResult));
        for (const [layer, byResult] of results) linearWeight(trace, `${name}.${layer}`, byResult, inputs);
        return throughNorm(trace, `${name}.norm`, norm, again.unscaled, parts);
      }),
  };
}

/** T5 1.0. */
function rectified(trace: Trace, name: string, x: Value): Hidden {
  const { kernels, config, masks } = trace;
  const mask = masks.next([x.shape[0]!, config.dFf]);
  const out = kernels.tidy(() => drop(trace, mask, kernels.relu(linear(trace, `${name}.in`, x))));
  kernels.free(mask);
  // What was dropped is 0, and so passes no gradient, as what was negative.
  return { out, backward: (gradient) => ({ in: kernels.reluGradient(gradient, out) }) };
}

/** T5 1.1. */
function gated(trace: Trace, name: string, x: Value): Hidden {
  const { kernels, config, masks } = trace;
  const mask = masks.next([x.shape[0]!, config.dFf]);
  const raised = linear(trace, `${name}.in`, x);
  const gate = linear(trace, `${name}.gate`, x);
  const float = (value: Value) => kernels.cast(value, FLOAT);
  const out = kernels.tidy(() => {
    const { value } = gelu(kernels, float(gate));
    return toFactor(trace, drop(trace, mask, kernels.mul(value, float(raised))));
  });
  return {
    out,
    backward: (gradient) => {
      const results = kernels.tidy(() => {
        const byProduct = drop(trace, mask, float(gradient));
        const { value, slope } = gelu(kernels, float(gate));
        return {
          in: toFactor(trace, kernels.mul(byProduct, value)),
          gate: toFactor(trace, kernels.mul(kernels.mul(byProduct, float(raised)), slope)),
        };
      });
      kernels.free(mask, raised, gate);
      return results;
    },
  };
}

const GELU_RATE = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/** `gelu_new`, the tanh approximation (Hendrycks and Gimpel, 2016), and its derivative. */
function gelu(kernels: Kernels, x: Value): { value: Value; slope: Value } {
  return kernels.tidy(() => {
    const one = kernels.scalar(1);
    const square = kernels.square(x);
    const inner = kernels.mul(
      x,
      kernels.scale(kernels.add(kernels.scale(square, GELU_CUBE), one), GELU_RATE),
    );
    const tanh = kernels.tanh(inner);
    const half = kernels.scale(kernels.add(tanh, one), 0.5);
    const innerSlope = kernels.scale(kernels.add(kernels.scale(square, 3 * GELU_CUBE), one), GELU_RATE);
    const tanhSlope = kernels.mul(kernels.sub(one, kernels.square(tanh)), innerSlope);
    return {
      value: kernels.mul(x, half),
      slope: kernels.add(half, kernels.mul(kernels.scale(x, 0.5), tanhSlope)),
    };
  });
}
