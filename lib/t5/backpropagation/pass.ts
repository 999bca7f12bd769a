/**
 * Loss and gradients of a T5, by hand.
 *
 * The forward computation keeps what the backward one needs, block by block; the backward one gives that back block by
 * block, and hands each weight's gradient over as soon as it is whole. The numbers are those of transformers'
 * `T5ForConditionalGeneration` under PyTorch's autograd.
 */
import { type Bias, crossAttention, type Source, selfAttention } from './attention.ts';
import { embeddingGradient } from './embedding.ts';
import { feedForward } from './feed-forward.ts';
import { GradientSum } from './gradient-sum.ts';
import { crossEntropyHead } from './head.ts';
import {
  type Block,
  dropScaled,
  normalise,
  normaliseAgain,
  residual,
  type Trace,
  throughNorm,
  toFactor,
} from './layers.ts';
import { FLOAT, type Value } from './native-memory.ts';
import type { PackedBatch } from './packed-batch.ts';
import { positionBias } from './position-bias.ts';

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
  const { kernels, weights } = trace;
  kernels.tidy(() => {
    const encoder = encoderStack(trace, batch);
    const encoded = toFactor(trace, encoder.out);
    const byEncoded = new GradientSum(kernels);
    const decoder = decoderStack(trace, batch, {
      value: encoded,
      rows: batch.source,
      take: (gradient) => byEncoded.take(gradient),
    });
    const headName = weights.has('head') ? 'head' : 'embedding';
    const head = crossEntropyHead(trace, decoder.out, headName, batch.labels, share);
    onLoss(head.lossSum);
    if (headName === 'head') {
      trace.take('head', kernels.readResource(head.weightGradient));
      kernels.destroy(head.weightGradient);
    }
    const byTarget = decoder.backward(head.gradient);
    kernels.free(head.gradient);
    const bySource = encoder.backward(kernels.tidy(() => kernels.cast(byEncoded.value, FLOAT)));
    byEncoded.free();
    const tied = headName === 'embedding' ? head.weightGradient : undefined;
    embeddingGradient(trace, batch, byTarget, bySource, tied);
  });
}

/**
 * The sum of the target tokens' cross entropies alone.
 */
export function computeLoss(trace: Trace, batch: PackedBatch): number {
  const { kernels, weights } = trace;
  return kernels.tidy(() => {
    const encoder = encoderStack(trace, batch);
    const source = { value: toFactor(trace, encoder.out), rows: batch.source, take: () => undefined };
    const decoder = decoderStack(trace, batch, source);
    const headName = weights.has('head') ? 'head' : 'embedding';
    const head = crossEntropyHead(trace, decoder.out, headName, batch.labels, 1);
    kernels.destroy(head.weightGradient);
    return head.lossSum;
  });
}

function encoderStack(trace: Trace, { sourceIds, source }: PackedBatch): Block {
  const bias = positionBias(trace, 'encoder', source);
  const layers = blocksOf(trace.config.encoderLayers, (layer) => [
    (x) => selfAttention(trace, `encoder.${layer}.self`, x, source, bias),
    (x) => feedForward(trace, `encoder.${layer}.feed`, x),
  ]);
  return stack(trace, 'encoder', sourceIds, layers, () => bias.finish());
}

function decoderStack(trace: Trace, { targetIds, target }: PackedBatch, source: Source): Block {
  const bias = positionBias(trace, 'decoder', target);
  const crossBias: Bias = { value: source.rows.hidden };
  const layers = blocksOf(trace.config.decoderLayers, (layer) => [
    (x) => selfAttention(trace, `decoder.${layer}.self`, x, target, bias),
    (x) => crossAttention(trace, `decoder.${layer}.cross`, x, target, source, crossBias),
    (x) => feedForward(trace, `decoder.${layer}.feed`, x),
  ]);
  return stack(trace, 'decoder', targetIds, layers, () => bias.finish());
}

type Inner = (x: Value) => Block;

const blocksOf = (layers: number, blocks: (layer: number) => Inner[]): Inner[] =>
  Array.from({ length: layers }, (_, layer) => blocks(layer)).flat();

/**
 * Embedding, residual blocks and the last norm.
 * @param finish called when the blocks' gradients are complete
 * @returns the block's derivative is that by the embedded rows
 */
function stack(
  trace: Trace,
  name: 'encoder' | 'decoder',
  ids: Int32Array,
  inner: readonly Inner[],
  finish: () => void,
): Block {
  const { kernels, weights } = trace;
  const chain: Block[] = [];
  const through = (block: Block) => {
    chain.push(block);
    return block.out;
  };
  const embedded = kernels.tidy(() =>
    kernels.gather(weights.value('embedding'), kernels.ints([ids.length], ids)),
  );
  let x = through(dropScaled(trace, embedded));
  if (x !== embedded) kernels.free(embedded);
  for (const block of inner) x = through(residual(trace, x, block));
  const normed = through(lastNorm(trace, `${name}.norm`, x));
  const out = through(dropScaled(trace, normed));
  if (out !== normed) kernels.free(normed);
  return {
    out,
    backward: (gradient) => {
      let current = gradient;
      while (chain.length > 0) {
        if (chain.length === 1) finish();
        const next = chain.pop()!.backward(current);
        if (current !== gradient && current !== next) kernels.free(current);
        current = next;
      }
      return current;
    },
  };
}

function lastNorm(trace: Trace, name: string, x: Value): Block {
  const { out, ...norm } = normalise(trace, name, x);
  return {
    out,
    backward: (gradient) =>
      trace.kernels.tidy(() => {
        const { unscaled } = normaliseAgain(trace, name, norm);
        return throughNorm(trace, name, norm, unscaled, [gradient]);
      }),
  };
}
