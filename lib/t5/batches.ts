import { createRandom } from '../random/random.ts';
import type { Engine, Tensor } from './engine.ts';
import type { Example } from './objectives/example.ts';

/** The examples of one step, padded to the longest of them. */
export interface Batch {
  /** `[batch, source]`, int32, and its mask with 1 for tokens. */
  input: Tensor;
  inputMask: Tensor;
  /** `[batch, target]`, int32: the target shifted right, beginning with the decoder's start. */
  decoderInput: Tensor;
  /** `[batch * target]`, int32, and 1 for tokens. */
  labels: Tensor;
  labelMask: Tensor;
  /** Input and target tokens, without padding. */
  tokens: number;
}

/** Order in which an epoch visits its examples: a pure function of seed and epoch, so that nothing needs saving. */
export function epochOrder(
  examples: number,
  epoch: number,
  settings: { seed: number; shuffle: boolean },
): Int32Array {
  const order = Int32Array.from({ length: examples }, (_, index) => index);
  return settings.shuffle
    ? createRandom(settings.seed, 'order of examples', String(epoch)).shuffle(order)
    : order;
}

export function makeBatch(
  tf: Engine,
  examples: readonly Example[],
  { padId, decoderStartId }: { padId: number; decoderStartId: number },
): Batch {
  const input = pad(
    examples.map((example) => example.input),
    padId,
  );
  const target = pad(
    examples.map((example) => example.target),
    padId,
  );
  const shifted = new Int32Array(target.ids.length).fill(padId);
  for (let row = 0; row < examples.length; row++) {
    shifted[row * target.width] = decoderStartId;
    shifted.set(examples[row]!.target.slice(0, target.width - 1), row * target.width + 1);
  }
  const rows = examples.length;
  return {
    input: tf.tensor2d(input.ids, [rows, input.width], 'int32'),
    inputMask: tf.tensor2d(input.mask, [rows, input.width]),
    decoderInput: tf.tensor2d(shifted, [rows, target.width], 'int32'),
    labels: tf.tensor1d(target.ids, 'int32'),
    labelMask: tf.tensor1d(target.mask),
    tokens: input.tokens + target.tokens,
  };
}

/** Rows of ids as one array, row after row, padded to the longest. */
export function pad(rows: readonly ArrayLike<number>[], padId: number) {
  const width = Math.max(1, ...rows.map((row) => row.length));
  const ids = new Int32Array(rows.length * width).fill(padId);
  const mask = new Float32Array(rows.length * width);
  let tokens = 0;
  rows.forEach((row, index) => {
    ids.set(row, index * width);
    mask.fill(1, index * width, index * width + row.length);
    tokens += row.length;
  });
  return { ids, mask, width, tokens };
}
