import { machineMemory } from '../lib/artifacts/machine.ts';

/** A fine-tuning of t5-base takes this much; smaller models get more slots by `--model-slots`. */
const GIB_PER_MODEL = 16;

/** Model processes that a worker runs at a time by default: as many as memory holds of t5-base, at least one. */
export const defaultModelSlots = (): number =>
  Math.max(1, Math.floor(machineMemory() / 2 ** 30 / GIB_PER_MODEL));
