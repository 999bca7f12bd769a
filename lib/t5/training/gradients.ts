/**
 * Loss and gradients of a T5, by hand.
 *
 * The forward computation keeps what the backward one needs, block by block; the backward one gives that back block by
 * block, and hands each weight's gradient over as soon as it is whole. The numbers are those of transformers'
 * `T5ForConditionalGeneration` under PyTorch's autograd.
 */
import type { Operations } from '../../tensorflow/operations.ts';
import { FLOAT, type Tensor } from '../../tensorflow/tensors.ts';
import { positionBias, type Rows, relativeBuckets } from '../model.ts';
import { attention, type Bias } from './attention.ts';
import type { PackedBatch } from './batch.ts';
import { crossEntropyHead, embeddingGradient } from './ends.ts';
import { feedForward } from './feed-forward.ts';
import {
  type Block,
  dropScaled,
  type EncoderOutput,
  normalise,
  residual,
  type Trace,
  toFactor,
} from './layers.ts';

/**
 * Computes the loss and gives the gradients of all weights to `trace.take`.
 * @param share what the loss of one target token counts: one over the target tokens of the step
 * @param onLoss gets the sum of the target tokens' cross entropies before any gradient is taken; may throw
 */
export function computeGradients(
  trace: Trace,
  batch: PackedBatch,
  share: number,
  onLoss: (lossSum: number) => void,
): void {
  const { ops } = trace;
  ops.tidy(() => {
    const byEncoded = new GradientSum(ops);
    const { encoder, decoder, head, headName } = forward(trace, batch, share, byEncoded);
    onLoss(head.lossSum);
    if (headName === 'head') {
      trace.take('head', ops.readVariable(head.weightGradient));
      ops.destroy(head.weightGradient);
    }
    const byTarget = decoder.backward(head.gradient);
    ops.free(head.gradient);
    const bySource = encoder.backward(ops.tidy(() => ops.cast(byEncoded.value, FLOAT)));
    byEncoded.free();
    const tied = headName === 'embedding' ? head.weightGradient : undefined;
    embeddingGradient(trace, batch, byTarget, bySource, tied);
  });
}

/** The sum of the target tokens' cross entropies alone. */
export function computeLoss(trace: Trace, batch: PackedBatch): number {
  const { ops } = trace;
  return ops.tidy(() => {
    const { head } = forward(trace, batch, 1, new GradientSum(ops));
    ops.destroy(head.weightGradient);
    return head.lossSum;
  });
}

function forward(trace: Trace, batch: PackedBatch, share: number, byEncoded: GradientSum) {
  const encoder = encoderStack(trace, batch);
  const decoder = decoderStack(trace, batch, {
    value: toFactor(trace, encoder.out),
    rows: batch.source,
    take: (gradient) => byEncoded.take(gradient),
  });
  const headName = trace.weights.has('head') ? 'head' : 'embedding';
  const head = crossEntropyHead(trace, decoder.out, headName, batch.labels, share);
  return { encoder, decoder, head, headName };
}

function encoderStack(trace: Trace, { sourceIds, source }: PackedBatch): Block {
  const bias = new StackBias(trace, 'encoder', source);
  const blocks = layersOf(trace.config.encoderLayers, (layer) => [
    (x) => attention(trace, `encoder.${layer}.self`, x, source, bias),
    (x) => feedForward(trace, `encoder.${layer}.feed`, x),
  ]);
  return stack(trace, 'encoder', sourceIds, blocks, bias);
}

function decoderStack(trace: Trace, { targetIds, target }: PackedBatch, encoded: EncoderOutput): Block {
  const bias = new StackBias(trace, 'decoder', target);
  const crossBias: Bias = { value: encoded.rows.hidden };
  const blocks = layersOf(trace.config.decoderLayers, (layer) => [
    (x) => attention(trace, `decoder.${layer}.self`, x, target, bias),
    (x) => attention(trace, `decoder.${layer}.cross`, x, target, crossBias, encoded),
    (x) => feedForward(trace, `decoder.${layer}.feed`, x),
  ]);
  return stack(trace, 'decoder', targetIds, blocks, bias);
}

type Inner = (x: Tensor) => Block;

const layersOf = (layers: number, blocks: (layer: number) => Inner[]): Inner[] =>
  Array.from({ length: layers }, (_, layer) => blocks(layer)).flat();

/** Embedding, residual blocks and the last norm. @returns the block's derivative is that by the embedded rows */
function stack(
  trace: Trace,
  name: 'encoder' | 'decoder',
  ids: Int32Array,
  inner: readonly Inner[],
  bias: StackBias,
): Block {
  const { ops, weights } = trace;
  const chain: Block[] = [];
  const through = (block: Block) => {
    chain.push(block);
    return block.out;
  };
  const embedded = ops.tidy(() => ops.gather(weights.value('embedding'), ops.ints([ids.length], ids)));
  let x = through(dropScaled(trace, embedded));
  if (x !== embedded) ops.free(embedded);
  for (const block of inner) x = through(residual(trace, x, block));
  const normed = through(lastNorm(trace, `${name}.norm`, x));
  const out = through(dropScaled(trace, normed));
  if (out !== normed) ops.free(normed);
  return {
    out,
    backward: (gradient) => {
      let current = gradient;
      while (chain.length > 0) {
        if (chain.length === 1) bias.finish();
        const next = chain.pop()!.backward(current);
        if (current !== gradient && current !== next) ops.free(current);
        current = next;
      }
      return current;
    },
  };
}

function lastNorm(trace: Trace, name: string, x: Tensor): Block {
  const norm = normalise(trace, name, x);
  return {
    out: norm.out,
    backward: (gradient) => trace.ops.tidy(() => norm.backward(norm.again().unscaled, [gradient])),
  };
}

/** The bias that all self-attentions of a stack share. */
class StackBias implements Bias {
  readonly value: Tensor;
  readonly #trace: Trace;
  readonly #name: string;
  readonly #buckets: Int32Array;
  readonly #sum: GradientSum;

  constructor(trace: Trace, stack: 'encoder' | 'decoder', rows: Rows) {
    const isEncoder = stack === 'encoder';
    this.#trace = trace;
    this.#name = `${stack}.positions`;
    this.#buckets = relativeBuckets(rows.longest, isEncoder, trace.config);
    this.#sum = new GradientSum(trace.ops);
    this.value = positionBias(trace, trace.weights.value(this.#name), this.#buckets, rows, !isEncoder);
  }

  take(gradient: Tensor): void {
    this.#sum.take(gradient);
  }

  /** Takes the gradient of the weights, once all layers have given theirs. */
  finish(): void {
    const { ops, config, take } = this.#trace;
    const places = this.#buckets.length;
    ops.tidy(() => {
      const byBias = ops.reshape(ops.sum(this.#sum.value, 0), [config.heads, places]);
      const members = new Float32Array(config.relativeBuckets * places);
      this.#buckets.forEach((bucket, place) => {
        members[bucket * places + place] = 1;
      });
      const table = ops.floats([config.relativeBuckets, places], members);
      take(this.#name, ops.matMul(table, byBias, false, true));
      this.#sum.free();
    });
  }
}

/** The derivative by a tensor that several blocks use: the sum of theirs. */
class GradientSum {
  readonly #ops: Operations;
  #sum: Tensor | undefined;

  constructor(ops: Operations) {
    this.#ops = ops;
  }

  /** Adds a gradient, which is owned from here on. */
  take(gradient: Tensor): void {
    const sum = this.#sum ? this.#ops.add(this.#sum, gradient) : gradient;
    this.free();
    this.#sum = this.#ops.keep(sum);
  }

  get value(): Tensor {
    return this.#sum!;
  }

  free(): void {
    this.#ops.free(this.#sum);
    this.#sum = undefined;
  }
}
