/**
 * One thread's own copy of the weights that every record changes: the rows of the most frequent words and the output
 * matrix. Two threads that write to the same rows all the time wait for each other's caches more than they compute, and
 * are slower together than one alone. Each works on its copy instead, and every now and then adds what it has learnt to
 * the weights of all, and takes over what the others have.
 */

/** Rows of the most frequent words: about half of the words of a text, and no more than a cache holds. */
const FREQUENT_ROWS = 512;
/** More labels than this are seldom the same for two threads. */
const MOST_LABELS = 256;

export interface ReplicaShape {
  inputs: number;
  labels: number;
  dim: number;
}

/** Rows that a replica holds: of the input matrix, then of the output matrix. */
export function replicaRows({ inputs, labels }: ReplicaShape): { inputs: number; labels: number } {
  return { inputs: Math.min(inputs, FREQUENT_ROWS), labels: labels <= MOST_LABELS ? labels : 0 };
}

/** Bytes of a replica; a multiple of a row's, so that its rows have numbers as those of the input matrix have. */
export function replicaBytes(shape: ReplicaShape): number {
  const { inputs, labels } = replicaRows(shape);
  return 2 * (inputs + labels) * shape.dim * 4;
}

export class Replica {
  /** Rows of the input matrix from 0 that are here, and what to add to their numbers to find them. */
  readonly inputs: number;
  readonly shift: number;
  /** Where the output matrix is, in bytes. */
  readonly outputStart: number;
  readonly #parts: readonly { all: Float32Array; own: Float32Array; known: Float32Array }[];

  /**
   * @param start of the replica in bytes, a multiple of a row's
   * @param outputStart of the output matrix of all
   */
  constructor(buffer: ArrayBufferLike, shape: ReplicaShape, start: number, outputStart: number) {
    const rows = replicaRows(shape);
    const stride = shape.dim * 4;
    const [own, known] = [start, start + (rows.inputs + rows.labels) * stride];
    const floats = (from: number, count: number) => new Float32Array(buffer, from, count * shape.dim);
    const part = (all: number, offset: number, count: number) => ({
      all: floats(all, count),
      own: floats(own + offset, count),
      known: floats(known + offset, count),
    });
    this.inputs = rows.inputs;
    this.shift = start / stride;
    this.outputStart = rows.labels > 0 ? own + rows.inputs * stride : outputStart;
    this.#parts = [part(0, 0, rows.inputs), part(outputStart, rows.inputs * stride, rows.labels)];
    for (const { all, own, known } of this.#parts) {
      own.set(all);
      known.set(all);
    }
  }

  /** Adds what was learnt here since the last time to the weights of all, and takes these over. */
  merge(): void {
    for (const { all, own, known } of this.#parts)
      for (let place = 0; place < own.length; place++) {
        const value = all[place]! + (own[place]! - known[place]!);
        all[place] = value;
        own[place] = value;
        known[place] = value;
      }
  }
}
