import type { Operations } from '../../tensorflow/operations.ts';
import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import { drop, type Inner, linear, type Node, sublayer, type Tape, type Trace, toFactor } from './layers.ts';

/** Norm and feed-forward network, in the form that the config names. */
export const feedForward = (tape: Tape, name: string, x: Node): Node =>
  sublayer(tape, name, x, (normed) =>
    (tape.config.feedForward === 'relu' ? rectified : gated)(tape, name, normed),
  );

/** T5 1.0. */
function rectified(trace: Trace, name: string, x: Tensor): Inner {
  const { ops, config, masks } = trace;
  const mask = masks.next([x.shape[0]!, config.dFf]);
  const out = ops.tidy(() => drop(trace, mask, ops.relu(linear(trace, `${name}.in`, x))));
  ops.free(mask);
  // What was dropped is 0, and so passes no gradient, as what was negative.
  return { out, backward: (gradient) => ({ in: ops.reluGradient(gradient, out) }) };
}

/** T5 1.1. */
function gated(trace: Trace, name: string, x: Tensor): Inner {
  const { ops, config, masks } = trace;
  const mask = masks.next([x.shape[0]!, config.dFf]);
  const raised = linear(trace, `${name}.in`, x);
  const gate = linear(trace, `${name}.gate`, x);
  const float = (tensor: Tensor) => ops.cast(tensor, FLOAT);
  const out = ops.tidy(() => {
    const { value } = gelu(ops, float(gate));
    return toFactor(trace, drop(trace, mask, ops.mul(value, float(raised))));
  });
  return {
    out,
    backward: (gradient) => {
      const results = ops.tidy(() => {
        const byProduct = drop(trace, mask, float(gradient));
        const { value, slope } = gelu(ops, float(gate));
        return {
          in: toFactor(trace, ops.mul(byProduct, value)),
          gate: toFactor(trace, ops.mul(ops.mul(byProduct, float(raised)), slope)),
        };
      });
      ops.free(mask, raised, gate);
      return results;
    },
  };
}

const GELU_RATE = Math.sqrt(2 / Math.PI);
const GELU_CUBE = 0.044715;

/** `gelu_new`, the tanh approximation (Hendrycks and Gimpel, 2016), and its derivative. */
function gelu(ops: Operations, x: Tensor): { value: Tensor; slope: Tensor } {
  return ops.tidy(() => {
    const one = ops.scalar(1);
    const square = ops.square(x);
    const inner = ops.mul(x, ops.scale(ops.add(ops.scale(square, GELU_CUBE), one), GELU_RATE));
    const tanh = ops.tanh(inner);
    const half = ops.scale(ops.add(tanh, one), 0.5);
    const innerSlope = ops.scale(ops.add(ops.scale(square, 3 * GELU_CUBE), one), GELU_RATE);
    const tanhSlope = ops.mul(ops.sub(one, ops.square(tanh)), innerSlope);
    return { value: ops.mul(x, half), slope: ops.add(half, ops.mul(ops.scale(x, 0.5), tanhSlope)) };
  });
}
