import { type Context, packIds, packRows, type Rows } from '../model.ts';
import type { Example } from '../objectives/example.ts';

/** The examples of a step, packed. */
export interface PackedBatch {
  source: Rows;
  target: Rows;
  /** By row, ids that the encoder and the decoder read. */
  sourceIds: Int32Array;
  targetIds: Int32Array;
  /** By token, what the decoder shall say. */
  labels: Int32Array;
}

/** Lays out examples. Inputs and targets have a token at least: they end with `</s>`. */
export function packBatch(context: Context, examples: readonly Example[]): PackedBatch {
  const { padId, decoderStartId } = context.config;
  const inputs = examples.map(({ input }) => input);
  const labels = examples.map(({ target }) => target);
  const shifted = labels.map((target) => [decoderStartId, ...target.slice(0, -1)]);
  const source = packRows(context, inputs, true);
  const target = packRows(context, labels, true);
  return {
    source,
    target,
    sourceIds: packIds(source, inputs, padId),
    targetIds: packIds(target, shifted, padId),
    labels: Int32Array.from(labels.flat()),
  };
}
