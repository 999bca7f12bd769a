/** The weights of a model and the scratch of its steps, in one WebAssembly memory, with the kernels over it. */
import { InvalidInput } from '../settings/invalid-input.ts';
import { createKernels, type Kernels } from './kernels.ts';

/** Rows of 32-bit floats, as fastText's `DenseMatrix`. */
export interface Matrix {
  rows: number;
  columns: number;
  /** `rows * columns` values, row by row. */
  data: Float32Array;
}

export interface ModelShape {
  /** Rows of the input matrix: words and buckets. */
  inputs: number;
  labels: number;
  dim: number;
}

/** Bytes in which WebAssembly counts its memory, and how many pages 32-bit addresses reach. */
const PAGE = 65536;
const MOST_PAGES = 65536;
/** Row numbers that a kernel is given at a time. */
const ROWS_AT_A_TIME = 4096;

export class ModelMemory {
  readonly shape: ModelShape;
  readonly wasm: WebAssembly.Memory;
  readonly input: Matrix;
  readonly output: Matrix;
  readonly scratch: Scratch;
  /**
   * V8's garbage collector does not count shared memory and would let that of many trainings pile up. It counts this,
   * which takes no room because nothing is ever written to it.
   */
  readonly counted: ArrayBuffer;

  /**
   * @param wasm memory of a model of this shape, possibly from another thread; zeros by default
   * @throws {InvalidInput} where the weights take more than 4 GiB
   */
  constructor(shape: ModelShape, wasm = allocate(shape)) {
    const { inputs, labels, dim } = shape;
    const { buffer } = wasm;
    const matrix = (start: number, rows: number): Matrix => ({
      rows,
      columns: dim,
      data: new Float32Array(buffer, start, rows * dim),
    });
    this.shape = shape;
    this.wasm = wasm;
    this.input = matrix(0, inputs);
    this.output = matrix(outputStart(shape), labels);
    this.scratch = new Scratch(shape, createKernels(dim, wasm), buffer);
    this.counted = new ArrayBuffer(buffer.byteLength);
  }
}

/** A memory of zeros, shared so that another thread can train in it. */
function allocate(shape: ModelShape): WebAssembly.Memory {
  const bytes = scratchStart(shape) + scratchBytes(shape);
  const pages = Math.ceil(bytes / PAGE);
  if (pages > MOST_PAGES) {
    const gigabytes = (bytes / 2 ** 30).toFixed(1);
    throw new InvalidInput(
      'classifier.dim',
      `${shape.inputs} words and buckets of ${shape.dim} weights take ${gigabytes} GiB, more than 4`,
      'Choose a smaller dim or bucket, or a larger minCount.',
    );
  }
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** A cache line, and what the kernels take of a vector at a time. */
const LINE = 64;
const align = (bytes: number) => Math.ceil(bytes / LINE) * LINE;
const outputStart = ({ inputs, dim }: ModelShape) => align(inputs * dim * 4);
const scratchStart = (shape: ModelShape) => outputStart(shape) + align(shape.labels * shape.dim * 4);
const vectorBytes = ({ dim }: ModelShape) => align(dim * 4);
const labelBytes = ({ labels }: ModelShape) => align(labels * 4);
const scratchBytes = (shape: ModelShape) =>
  2 * vectorBytes(shape) + 2 * labelBytes(shape) + ROWS_AT_A_TIME * 4;

/** All that a step changes besides the weights, and the steps on it. */
export class Scratch {
  /** Mean of the line's input rows. */
  readonly hidden: Float32Array;
  /** A score or probability of each label. */
  readonly output: Float32Array;
  /** Gradient of the hidden vector, times the learning rate. */
  readonly gradient: Float32Array;
  /** How far each row of the output matrix moves along the hidden vector. */
  readonly steps: Float32Array;
  readonly #rows: Int32Array;
  readonly #kernels: Kernels;
  readonly #outputStart: number;
  readonly #stride: number;
  readonly #labels: number;
  /** The rows that the hidden vector was read from: the first `count` of these. */
  #line: Int32Array = new Int32Array(0);
  #count = 0;

  constructor(shape: ModelShape, kernels: Kernels, buffer: SharedArrayBuffer) {
    const { dim, labels } = shape;
    let place = scratchStart(shape);
    const floats = (length: number, bytes: number) => {
      const view = new Float32Array(buffer, place, length);
      place += bytes;
      return view;
    };
    this.hidden = floats(dim, vectorBytes(shape));
    this.gradient = floats(dim, vectorBytes(shape));
    this.output = floats(labels, labelBytes(shape));
    this.steps = floats(labels, labelBytes(shape));
    this.#rows = new Int32Array(buffer, place, ROWS_AT_A_TIME);
    this.#kernels = kernels;
    this.#outputStart = outputStart(shape);
    this.#stride = dim * 4;
    this.#labels = labels;
  }

  /** The hidden vector becomes the mean of these rows of the input matrix. */
  readHidden(rows: Int32Array, count: number): void {
    const { hidden } = this;
    this.#line = rows;
    this.#count = count;
    hidden.fill(0);
    for (let from = 0; from < count; from += ROWS_AT_A_TIME) {
      const part = this.#copyRows(from);
      this.#kernels.sumRows(this.#rows.byteOffset, part, hidden.byteOffset);
    }
    this.#kernels.scale(hidden.byteOffset, 1 / count);
  }

  /** Adds the mean share of the gradient to each of the rows that the hidden vector was read from. */
  moveInput(): void {
    const { gradient } = this;
    this.#kernels.scale(gradient.byteOffset, 1 / this.#count);
    for (let from = 0; from < this.#count; from += ROWS_AT_A_TIME) {
      const part = this.#count > ROWS_AT_A_TIME ? this.#copyRows(from) : this.#count;
      this.#kernels.addToRows(this.#rows.byteOffset, part, gradient.byteOffset);
    }
  }

  /** Fills `output` with the products of the hidden vector and every row of the output matrix. */
  scoreAll(): void {
    this.#kernels.scoreRows(this.#outputStart, this.#labels, this.hidden.byteOffset, this.output.byteOffset);
  }

  /** The product of the hidden vector with one row of the output matrix. */
  score(row: number): number {
    // Four scores are written, of which the first counts; `steps` is free at that time and has room for four.
    this.#kernels.scoreRows(this.#address(row), 1, this.hidden.byteOffset, this.steps.byteOffset);
    return this.steps[0]!;
  }

  /** Moves every row of the output matrix by its step, and gathers the gradient. */
  learnAll(base = this.#outputStart, count = this.#labels): void {
    const { steps, hidden, gradient } = this;
    this.#kernels.learnRows(base, count, steps.byteOffset, hidden.byteOffset, gradient.byteOffset);
  }

  /** The same with one row. */
  learn(row: number, step: number): void {
    this.steps[0] = step;
    this.learnAll(this.#address(row), 1);
  }

  #address(row: number): number {
    return this.#outputStart + row * this.#stride;
  }

  /** Puts rows of the line into the memory, as many as it has room for; returns how many. */
  #copyRows(from: number): number {
    const part = this.#line.subarray(from, Math.min(this.#count, from + ROWS_AT_A_TIME));
    this.#rows.set(part);
    return part.length;
  }
}
