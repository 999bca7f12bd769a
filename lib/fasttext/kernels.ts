/** The arithmetic over a model's memory: assembly/kernels.ts, compiled, for vectors of one size. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Addresses are offsets into the memory in bytes; counts are at least 1. A vector has room for a multiple of 16 floats,
 * and what lies there beyond its size is of no use; 64 bytes behind a row can be read.
 */
export interface Kernels {
  /** Adds the rows with these numbers (32-bit, from `rows` on) of the matrix at 0 to a vector. */
  sumRows(rows: number, count: number, vector: number): void;
  /** Adds a vector to each of these rows; a row named twice gets it twice. */
  addToRows(rows: number, count: number, vector: number): void;
  /** Multiplies a vector by a number. */
  scale(vector: number, factor: number): void;
  /** The products of a vector with the first `count` rows from `base` on. `scores` has room for a multiple of four. */
  scoreRows(base: number, count: number, vector: number, scores: number): void;
  /**
   * For each of the first `count` rows from `base` on, in order: adds `step * row` to the gradient, then `step * hidden`
   * to the row. `steps` holds a float for each row.
   */
  learnRows(base: number, count: number, steps: number, hidden: number, gradient: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels for vectors of `columns` floats over a memory that is not to grow. */
export function createKernels(columns: number, memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(readCompiled());
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, kernels: { columns } });
  return exports as unknown as Kernels;
}

function readCompiled(): Buffer {
  try {
    return readFileSync(createRequire(import.meta.url).resolve('#kernels'));
  } catch (cause) {
    throw new Error('The kernels of fastText are not compiled: run `npm run build`.', { cause });
  }
}
