import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Machine } from './timing.ts';

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memory: machineMemory(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Bytes available to all processes: the machine's memory, or the limit of its container. */
export function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
