import { machineMemory } from '../lib/artifacts/machine.ts';

/** Bytes that a fine-tuning of t5-base takes with the published settings; smaller models get more slots by `--model-slots`. */
export const T5_BASE_MEMORY = 16 * 2 ** 30;

/** Model processes that a worker runs at a time by default: as many as memory holds of t5-base, at least one. */
export const defaultModelSlots = (): number => Math.max(1, Math.floor(machineMemory() / T5_BASE_MEMORY));
