import { totalmem } from 'node:os';

/** Bytes that the processes of this worker may use together: the machine's, or the limit of its container. */
export function memoryForModels(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** A fine-tuning of t5-base takes this much; smaller models get more slots by `--model-slots`. */
const GIB_PER_MODEL = 16;

/** Model processes that a worker runs at a time unless it is told: as many as memory holds of t5-base, at least one. */
export const defaultModelSlots = (): number =>
  Math.max(1, Math.floor(memoryForModels() / 2 ** 30 / GIB_PER_MODEL));
