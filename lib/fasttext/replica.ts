/**
 * One thread's own copy of the weights that every record changes: the rows of the more frequent words and the output
 * matrix. Two threads that write to the same rows all the time wait for each other's caches more than they compute, and
 * are slower together than one alone. Each works on its copy instead, and every now and then adds what it has learnt to
 * the weights of all, and takes over what the others have.
 */
import type { Kernels } from './kernels/kernels.ts';

/**
 * Rows of the most frequent words. On Reuters 50,000 tokens take two threads, in the median, about 15 % longer than two
 * that train apart with 512 rows, 7 % with 2,048, 5 % with 4,096; 8,192 are no better by more than the measurement varies.
 */
const FREQUENT_ROWS = 4096;
/**
 * The rows of so many words are merged every time, of as many again every second time, then of twice as many every
 * fourth time, and so on, so that all are merged at the cost of a few. What a row learns between two merges stays little:
 * the word at rank r is at most every r-th of a text. Rows of n-grams know no such limit: none of them is in a replica.
 */
const FIRST_BAND = 256;
/** More labels than this are seldom the same for two threads. */
const MOST_LABELS = 256;

export interface ReplicaShape {
  words: number;
  labels: number;
  dim: number;
}

/** Rows that a replica holds: of the input matrix, then of the output matrix. */
export function replicaRows({ words, labels }: ReplicaShape): { inputs: number; labels: number } {
  return { inputs: Math.min(words, FREQUENT_ROWS), labels: labels <= MOST_LABELS ? labels : 0 };
}

/** Bytes of a replica: its rows, twice. */
export function replicaBytes(shape: ReplicaShape): number {
  const { inputs, labels } = replicaRows(shape);
  return 2 * (inputs + labels) * shape.dim * 4;
}

/** Rows that are merged together: where those of all lie, those here, and those as they were at the last merge. */
interface Band {
  all: number;
  own: number;
  known: number;
  rows: number;
  /** Merged at every so many turns. */
  every: number;
}

export class Replica {
  /** Rows of the input matrix from 0 that are here, and by how many bytes behind their places there. */
  readonly inputs: number;
  readonly shift: number;
  /** Where the output matrix is, in bytes. */
  readonly outputStart: number;
  readonly #kernels: Kernels;
  readonly #bands: readonly Band[];
  #turns = 0;

  /**
   * @param buffer the memory of the kernels
   * @param start of the replica in bytes
   * @param outputStart of the output matrix of all
   */
  constructor(
    { kernels, shape }: { kernels: Kernels; shape: ReplicaShape },
    buffer: ArrayBufferLike,
    start: number,
    outputStart: number,
  ) {
    const { inputs, labels } = replicaRows(shape);
    const stride = shape.dim * 4;
    const half = replicaBytes(shape) / 2;
    const band = (all: number, offset: number, rows: number, every: number): Band => {
      const own = start + offset;
      return { all, own, known: own + half, rows, every };
    };
    this.inputs = inputs;
    this.shift = start;
    this.outputStart = labels > 0 ? start + inputs * stride : outputStart;
    this.#kernels = kernels;
    this.#bands = [
      ...bandsOf(inputs).map(({ from, to, every }) => band(from * stride, from * stride, to - from, every)),
      ...(labels > 0 ? [band(outputStart, inputs * stride, labels, 1)] : []),
    ];
    const bytes = new Uint8Array(buffer);
    for (const { all, own, known, rows } of this.#bands)
      for (const copy of [own, known]) bytes.copyWithin(copy, all, all + rows * stride);
  }

  /** Adds what was learnt here since the last time to the weights of all, and takes these over. */
  merge(): void {
    for (const band of this.#bands) this.#merge(band);
  }

  /** The same with those rows whose turn it is. */
  mergeInTurn(): void {
    this.#turns++;
    for (const band of this.#bands) if (this.#turns % band.every === 0) this.#merge(band);
  }

  #merge({ all, own, known, rows }: Band): void {
    this.#kernels.mergeRows(all, own, known, rows);
  }
}

/** The bands of the first rows of the input matrix, which are those of the words by falling frequency. */
function bandsOf(rows: number): { from: number; to: number; every: number }[] {
  const bands = [];
  for (let from = 0, to = FIRST_BAND, every = 1; from < rows; from = to, to *= 2, every *= 2)
    bands.push({ from, to: Math.min(to, rows), every });
  return bands;
}
