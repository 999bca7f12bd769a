/**
 * The arithmetic of training and prediction in AssemblyScript, which `npm run build` compiles to WebAssembly. What each
 * kernel computes, lib/fasttext/kernels.ts says.
 *
 * The order of additions and every rounding are those of the C++ program, so that the weights agree to the last bit:
 * columns are independent of each other, hence four at a time; the sum of a product is taken from left to right, hence
 * four rows at a time.
 *
 * Measured with dim 90 (bench/fasttext-speed.ts): plain loops over a Float32Array reach about two thirds of the C++
 * program's speed. Here a block of 16 columns stays in registers while the rows pass, which halves the traffic. The last
 * block may reach into what lies behind the row: its lanes there are loaded and computed with, but never stored to a row.
 */

/** Floats of a row: given when the module is instantiated. */
declare const columns: usize;

/** Bytes of a block of columns. */
const BLOCK_BYTES: usize = 64;

export function sumRows(rows: usize, count: usize, vector: usize): void {
  const stride = columns * 4;
  const end = rows + count * 4;
  for (let at: usize = 0; at < stride; at += BLOCK_BYTES) {
    let a = v128.load(vector + at);
    let b = v128.load(vector + at, 16);
    let c = v128.load(vector + at, 32);
    let d = v128.load(vector + at, 48);
    for (let place = rows; place < end; place += 4) {
      const row = <usize>load<u32>(place) * stride + at;
      a = f32x4.add(a, v128.load(row));
      b = f32x4.add(b, v128.load(row, 16));
      c = f32x4.add(c, v128.load(row, 32));
      d = f32x4.add(d, v128.load(row, 48));
    }
    v128.store(vector + at, a);
    v128.store(vector + at, b, 16);
    v128.store(vector + at, c, 32);
    v128.store(vector + at, d, 48);
  }
}

export function addToRows(rows: usize, count: usize, vector: usize): void {
  const stride = columns * 4;
  const end = rows + count * 4;
  for (let at: usize = 0; at < stride; at += BLOCK_BYTES) {
    const a = v128.load(vector + at);
    const b = v128.load(vector + at, 16);
    const c = v128.load(vector + at, 32);
    const d = v128.load(vector + at, 48);
    for (let place = rows; place < end; place += 4) {
      const row = <usize>load<u32>(place) * stride + at;
      storeBlock(
        row,
        f32x4.add(v128.load(row), a),
        f32x4.add(v128.load(row, 16), b),
        f32x4.add(v128.load(row, 32), c),
        f32x4.add(v128.load(row, 48), d),
        stride - at,
      );
    }
  }
}

export function scale(vector: usize, factor: f32): void {
  const end = vector + columns * 4;
  const factors = f32x4.splat(factor);
  for (let at = vector; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), factors));
}

export function scoreRows(base: usize, count: usize, vector: usize, scores: usize): void {
  const stride = columns * 4;
  const last = count - 1;
  for (let row: usize = 0; row < count; row += 4) {
    // Where there are no more rows, the last one stands in: its score is then written more than once.
    const a = base + row * stride;
    const b = base + min(row + 1, last) * stride;
    const c = base + min(row + 2, last) * stride;
    const d = base + min(row + 3, last) * stride;
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < stride; at += 16) {
      const part = v128.load(vector + at);
      const products0 = f32x4.mul(v128.load(a + at), part);
      const products1 = f32x4.mul(v128.load(b + at), part);
      const products2 = f32x4.mul(v128.load(c + at), part);
      const products3 = f32x4.mul(v128.load(d + at), part);
      // Transposed: a vector for each column, whose lanes are the rows.
      const low01 = v128.shuffle<f32>(products0, products1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(products2, products3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(products0, products1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(products2, products3, 2, 6, 3, 7);
      sum = f32x4.add(sum, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      if (at + 4 < stride) sum = f32x4.add(sum, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      if (at + 8 < stride) sum = f32x4.add(sum, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      if (at + 12 < stride) sum = f32x4.add(sum, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
    }
    v128.store(scores + row * 4, sum);
  }
}

export function learnRows(base: usize, count: usize, steps: usize, hidden: usize, gradient: usize): void {
  const stride = columns * 4;
  const end = steps + count * 4;
  for (let at: usize = 0; at < stride; at += BLOCK_BYTES) {
    const a = v128.load(hidden + at);
    const b = v128.load(hidden + at, 16);
    const c = v128.load(hidden + at, 32);
    const d = v128.load(hidden + at, 48);
    let gradientA = v128.load(gradient + at);
    let gradientB = v128.load(gradient + at, 16);
    let gradientC = v128.load(gradient + at, 32);
    let gradientD = v128.load(gradient + at, 48);
    let row = base + at;
    for (let place = steps; place < end; place += 4) {
      const step = v128.load32_splat(place);
      const rowA = v128.load(row);
      const rowB = v128.load(row, 16);
      const rowC = v128.load(row, 32);
      const rowD = v128.load(row, 48);
      gradientA = f32x4.add(gradientA, f32x4.mul(step, rowA));
      gradientB = f32x4.add(gradientB, f32x4.mul(step, rowB));
      gradientC = f32x4.add(gradientC, f32x4.mul(step, rowC));
      gradientD = f32x4.add(gradientD, f32x4.mul(step, rowD));
      storeBlock(
        row,
        f32x4.add(rowA, f32x4.mul(step, a)),
        f32x4.add(rowB, f32x4.mul(step, b)),
        f32x4.add(rowC, f32x4.mul(step, c)),
        f32x4.add(rowD, f32x4.mul(step, d)),
        stride - at,
      );
      row += stride;
    }
    v128.store(gradient + at, gradientA);
    v128.store(gradient + at, gradientB, 16);
    v128.store(gradient + at, gradientC, 32);
    v128.store(gradient + at, gradientD, 48);
  }
}

/** Stores a block of a row, or the first bytes of it where the row has no more. */
function storeBlock(to: usize, a: v128, b: v128, c: v128, d: v128, bytes: usize): void {
  if (bytes >= BLOCK_BYTES) {
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    return;
  }
  for (; bytes >= 16; bytes -= 16) {
    v128.store(to, a);
    a = b;
    b = c;
    c = d;
    to += 16;
  }
  if (bytes & 8) {
    v128.store64_lane(to, a, 0);
    a = v128.shuffle<f32>(a, a, 2, 3, 2, 3);
    to += 8;
  }
  if (bytes & 4) v128.store32_lane(to, a, 0);
}
