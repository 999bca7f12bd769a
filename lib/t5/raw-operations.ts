/** Operations of TensorFlow that tfjs does not offer, reached through the backend that tfjs-node registers. */
import type { Engine, Tensor } from './engine.ts';

interface Binding {
  TF_ATTR_TYPE: number;
  TF_FLOAT: number;
  TF_INT32: number;
}

interface Backend {
  binding: Binding;
  executeSingleOutput(name: string, attributes: unknown[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: unknown[], inputs: Tensor[], outputs: number): Tensor[];
}

const backendOf = (tf: Engine) => tf.backend() as unknown as Backend;

const typeAttribute = ({ binding }: Backend, name: string, type: 'TF_FLOAT' | 'TF_INT32') => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding[type],
});

/**
 * Cross entropy of each row against one class, differentiable in the logits. The composition that tfjs would
 * differentiate keeps several copies of the logits, which are by far the largest tensor of a step.
 * @param logits `[rows, classes]`
 * @param labels `[rows]`, int32
 * @returns `[rows]`
 */
export function sparseCrossEntropy(tf: Engine, logits: Tensor, labels: Tensor): Tensor {
  const backend = backendOf(tf);
  const attributes = [typeAttribute(backend, 'T', 'TF_FLOAT'), typeAttribute(backend, 'Tlabels', 'TF_INT32')];
  const entropy = tf.customGrad((x, save) => {
    const [loss, gradient] = backend.executeMultipleOutputs(
      'SparseSoftmaxCrossEntropyWithLogits',
      attributes,
      [x as Tensor, labels],
      2,
    );
    (save as (tensors: Tensor[]) => void)([gradient!]);
    return {
      value: loss!,
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(saved[0]!, tf.expandDims(dy, 1)),
    } as never;
  });
  return entropy(logits as never) as Tensor;
}

/** Uniform numbers in [0, 1) that depend on nothing but shape and seed. */
export function statelessUniform(tf: Engine, shape: number[], seed: readonly [number, number]): Tensor {
  const backend = backendOf(tf);
  const attributes = [
    typeAttribute(backend, 'dtype', 'TF_FLOAT'),
    typeAttribute(backend, 'T', 'TF_INT32'),
    typeAttribute(backend, 'Tseed', 'TF_INT32'),
  ];
  const inputs = [tf.tensor1d(shape, 'int32'), tf.tensor1d([...seed], 'int32')];
  return backend.executeSingleOutput('StatelessRandomUniform', attributes, inputs);
}
