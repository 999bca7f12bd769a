import { machineMemory } from '../lib/artifacts/machine.ts';

/** Bytes for fine-tuning t5-base with the published settings; set `--model-slots` for smaller models. */
export const T5_BASE_MEMORY = 16 * 2 ** 30;

/** Default number of concurrent model processes: as many t5-base as fit in memory, at least one. */
export const defaultModelSlots = (): number => Math.max(1, Math.floor(machineMemory() / T5_BASE_MEMORY));
