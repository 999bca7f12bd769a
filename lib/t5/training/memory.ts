/** How much memory a training step takes, so that the batch can be cut to what there is before it runs out. */

import { freemem } from 'node:os';
import { sum } from '../../arithmetic/sums.ts';
import type { TrainingSettings } from '../../settings/settings.ts';
import { sizeOf } from '../../tensorflow/tensors.ts';
import type { T5Config } from '../checkpoint/config.ts';
import { weightSpecs } from '../checkpoint/weights.ts';
import type { Example } from '../objectives/example.ts';
import { LARGEST_CHUNK } from './ends.ts';

/** Part of the memory that may be planned with. */
const USABLE = 0.85;

/**
 * The most examples that fit into memory at once: the batch, or a half, a quarter, … of it, at least one.
 * @param memory bytes; what the machine has left unless given
 */
export function largestPart(
  config: T5Config,
  examples: readonly Example[],
  { batchSize, maxGradNorm }: Pick<TrainingSettings, 'batchSize' | 'maxGradNorm'>,
  memory: number = memoryLeft(),
): number {
  const longest = (side: keyof Example) =>
    examples.reduce((most, example) => Math.max(most, example[side].length), 1);
  const each = exampleBytes(config, longest('input'), longest('target'));
  const needed = (size: number) =>
    size * each + gradientBytes(config, size < batchSize || maxGradNorm !== null);
  let size = batchSize;
  while (size > 1 && needed(size) > USABLE * memory) size = Math.ceil(size / 2);
  return size;
}

/**
 * Bytes of the gradients that are in memory at once, and of the logits.
 * @param together whether those of all weights are: parts of a batch add up, and a norm is that of all
 */
function gradientBytes(config: T5Config, together: boolean): number {
  const specs = weightSpecs(config, !config.tied);
  const sizes = specs.map(({ shape }) => sizeOf(shape));
  const gradients = together ? sum(sizes) : Math.max(...sizes);
  return 4 * (gradients + 3 * LARGEST_CHUNK);
}

/**
 * Bytes that the forward computation keeps of one example: by layer, the rows and the attention's probabilities.
 * A quarter more is taken for what comes and goes.
 */
function exampleBytes(config: T5Config, source: number, target: number): number {
  const { dModel, dFf, heads, dKv, encoderLayers, decoderLayers } = config;
  const inner = heads * dKv;
  const gates = config.feedForward === 'relu' ? 1 : 3;
  const self = (length: number) => length * (dModel + 4 * inner) + heads * length * length * 1.25;
  const cross = target * (dModel + 2 * inner) + 2 * source * inner + heads * source * target * 1.25;
  const feed = (length: number) => length * (dModel + gates * dFf);
  const values =
    encoderLayers * (self(source) + feed(source)) + decoderLayers * (self(target) + cross + feed(target));
  return 4 * 1.25 * values;
}

/** What this process may still take: a container's limit counts. */
const memoryLeft = (): number => process.availableMemory?.() ?? freemem();
