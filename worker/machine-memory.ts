import { totalmem } from 'node:os';

/** Bytes that the processes of this worker may use together: the machine's, or the limit of its container. */
export function memoryForModels(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
