/**
 * Loss and gradients of a T5, by hand.
 *
 * The forward computation keeps what the backward one needs, block by block; the backward one gives that back block by
 * block, and hands each weight's gradient over as soon as it is whole. The numbers are those of transformers'
 * `T5ForConditionalGeneration` under PyTorch's autograd.
 */
import { FLOAT } from '../../tensorflow/tensors.ts';
import { positionBias, type Rows, relativeBuckets } from '../model.ts';
import { attention } from './attention.ts';
import type { PackedBatch } from './batch.ts';
import { crossEntropyHead, embeddingGradient } from './ends.ts';
import { feedForward } from './feed-forward.ts';
import {
  dropScaled,
  lastNorm,
  type Node,
  record,
  residual,
  runBackward,
  type Tape,
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
    const tape: Tape = { ...trace, steps: [] };
    const { encoder, decoder, head, headName } = forward(tape, batch, share);
    onLoss(head.lossSum);
    if (headName === 'head') {
      trace.take('head', ops.readVariable(head.weightGradient));
      ops.destroy(head.weightGradient);
    }
    decoder.out.gradient = head.gradient;
    runBackward(tape);
    const tied = headName === 'embedding' ? head.weightGradient : undefined;
    embeddingGradient(trace, batch, decoder.embedded.gradient!, encoder.embedded.gradient!, tied);
  });
}

/** The sum of the target tokens' cross entropies alone. */
export function computeLoss(trace: Trace, batch: PackedBatch): number {
  const { ops } = trace;
  return ops.tidy(() => {
    const { head } = forward({ ...trace, steps: [] }, batch, 1);
    ops.destroy(head.weightGradient);
    return head.lossSum;
  });
}

function forward(tape: Tape, { source, sourceIds, target, targetIds, labels }: PackedBatch, share: number) {
  const { ops, config, weights } = tape;
  const ofSource = { positions: positionsOf(tape, 'encoder', source) };
  const encoder = stack(tape, 'encoder', sourceIds, config.encoderLayers, (name) => [
    (x) => attention(tape, `${name}.self`, x, source, ofSource),
    (x) => feedForward(tape, `${name}.feed`, x),
  ]);
  const encoded = record(tape, toFactor(tape, encoder.out.value), (gradient) => [
    [encoder.out, ops.cast(gradient, FLOAT)],
  ]);
  const ofTarget = { positions: positionsOf(tape, 'decoder', target) };
  const decoder = stack(tape, 'decoder', targetIds, config.decoderLayers, (name) => [
    (x) => attention(tape, `${name}.self`, x, target, ofTarget),
    (x) => attention(tape, `${name}.cross`, x, target, { encoded, sourceRows: source }),
    (x) => feedForward(tape, `${name}.feed`, x),
  ]);
  const headName = weights.has('head') ? 'head' : 'embedding';
  const head = crossEntropyHead(tape, decoder.out.value, headName, labels, share);
  return { encoder, decoder, head, headName };
}

/** Embedding, residual layers and the last norm. */
function stack(
  tape: Tape,
  name: 'encoder' | 'decoder',
  ids: Int32Array,
  layers: number,
  sublayersOf: (name: string) => ((x: Node) => Node)[],
): { embedded: Node; out: Node } {
  const { ops, weights } = tape;
  const places = () => ops.ints([ids.length], ids);
  const embedded: Node = { value: ops.tidy(() => ops.gather(weights.value('embedding'), places())) };
  let x = dropScaled(tape, embedded);
  for (let layer = 0; layer < layers; layer++)
    for (const block of sublayersOf(`${name}.${layer}`)) x = residual(tape, x, block(x));
  return { embedded, out: dropScaled(tape, lastNorm(tape, `${name}.norm`, x)) };
}

/** The bias that all self-attentions of a stack share. */
function positionsOf(tape: Tape, stack: 'encoder' | 'decoder', rows: Rows): Node {
  const { ops, config, weights } = tape;
  const isEncoder = stack === 'encoder';
  const buckets = relativeBuckets(rows.longest, isEncoder, config);
  const places = buckets.length;
  const value = positionBias(tape, weights.value(`${stack}.positions`), buckets, rows, !isEncoder);
  return record(tape, value, (gradient) => {
    const byBias = ops.reshape(ops.sum(gradient, 0), [config.heads, places]);
    const members = new Float32Array(config.relativeBuckets * places);
    buckets.forEach((bucket, place) => {
      members[bucket * places + place] = 1;
    });
    const table = ops.floats([config.relativeBuckets, places], members);
    tape.take(`${stack}.positions`, ops.matMul(table, byBias, false, true));
    return [];
  });
}
