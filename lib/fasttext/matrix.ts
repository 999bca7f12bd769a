import type { MinStdRand } from './random-engine.ts';

/**
 * Rows of 32-bit floats, as fastText's `DenseMatrix`. A product or sum is rounded to 32 bits wherever fastText
 * rounds it, by the store into a Float32Array or by `Math.fround`; on a machine without fused multiply-add the weights
 * then agree with the C++ program's to the last bit.
 */
export interface Matrix {
  rows: number;
  columns: number;
  /** `rows * columns` values, row by row. */
  data: Float32Array;
}

/** All zeros. */
export function zeroMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns) };
}

/**
 * Start weights: uniform in [-bound, bound) over the first tenth of the matrix, zero elsewhere. That is what fastText
 * 0.9.2 does with one thread: each thread fills one tenth, and words are sorted by count, so that the most frequent
 * ones get the random start.
 */
export function fillUniform(matrix: Matrix, bound: number, random: MinStdRand): void {
  const filled = Math.floor(matrix.data.length / 10);
  for (let place = 0; place < filled; place++) matrix.data[place] = random.uniform(-bound, bound);
}

/** `mean` becomes the mean of these rows. */
export function meanOfRows(matrix: Matrix, rows: Int32Array, count: number, mean: Float32Array): void {
  const { columns, data } = matrix;
  mean.fill(0);
  for (let index = 0; index < count; index++) {
    const start = rows[index]! * columns;
    for (let column = 0; column < columns; column++) mean[column]! += data[start + column]!;
  }
  const scale = Math.fround(1 / count);
  for (let column = 0; column < columns; column++) mean[column]! *= scale;
}

/** Adds the vector to each of these rows; a row named twice gets it twice. */
export function addToRows(matrix: Matrix, rows: Int32Array, count: number, vector: Float32Array): void {
  const { columns, data } = matrix;
  for (let index = 0; index < count; index++) {
    const start = rows[index]! * columns;
    for (let column = 0; column < columns; column++) data[start + column]! += vector[column]!;
  }
}

/** The scalar product of a row and a vector, summed from left to right in 32 bits. */
export function dotRow(matrix: Matrix, row: number, vector: Float32Array): number {
  const { columns, data } = matrix;
  const start = row * columns;
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    sum = Math.fround(sum + Math.fround(data[start + column]! * vector[column]!));
  }
  return sum;
}
