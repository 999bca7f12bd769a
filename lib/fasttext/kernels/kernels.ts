/**
 * The arithmetic of training and prediction: sums of rows, products with rows, steps along rows, for vectors of one
 * size. The order of additions and every rounding are those of the C++ program, so that the weights agree to the last
 * bit: columns are independent of each other, hence four at a time; the sum of a product is taken from left to right,
 * hence four rows at a time.
 *
 * Measured with dim 90 (bench/fasttext-speed.ts): plain loops over a Float32Array reach about two thirds of the C++
 * program's speed. Here a block of columns stays in registers while the rows pass, which halves the traffic.
 */
import { assemble, type ColumnGroup, columnGroups, FunctionBuilder, type Local } from './assembler.ts';

/** Addresses are offsets into the memory in bytes; counts are at least 1. */
export interface Kernels {
  /** Adds the rows with these numbers (32-bit, from `rows` on) of the matrix at 0 to a vector. */
  sumRows(rows: number, count: number, vector: number): void;
  /** Adds a vector to each of these rows; a row named twice gets it twice. */
  addToRows(rows: number, count: number, vector: number): void;
  /** Multiplies a vector by a number. */
  scale(vector: number, factor: number): void;
  /**
   * The products of a vector with the first `count` rows from `base` on. `scores` has room for a multiple of four; what
   * lies there beyond `count` is of no use.
   */
  scoreRows(base: number, count: number, vector: number, scores: number): void;
  /**
   * For each of the first `count` rows from `base` on, in order: adds `step * row` to the gradient, then `step * hidden`
   * to the row. `steps` holds a float for each row.
   */
  learnRows(base: number, count: number, steps: number, hidden: number, gradient: number): void;
}

/** Bytes in which WebAssembly counts its memory. */
export const PAGE = 65536;

/** Registers that a block of columns may take: x86 has 16 of them, and some are needed beside it. */
const BLOCK = 12;

/** The kernels for vectors of `columns` floats over a memory that is not to grow. */
export function createKernels(columns: number, memory: WebAssembly.Memory): Kernels {
  const { buffer } = memory;
  const groups = columnGroups(columns);
  const stride = columns * 4;
  const functions = [
    sumRows(groups, stride),
    addToRows(groups, stride),
    scale(groups),
    scoreRows(groups, stride),
    learnRows(groups, stride),
  ];
  const shared = buffer instanceof SharedArrayBuffer;
  const module = new WebAssembly.Module(assemble(functions, { pages: buffer.byteLength / PAGE, shared }));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as Kernels;
}

function sumRows(groups: readonly ColumnGroup[], stride: number): FunctionBuilder {
  const f = new FunctionBuilder('sumRows');
  const [rows, count, vector] = [0, 1, 2].map(() => f.parameter('i32')) as [Local, Local, Local];
  const visit = rowVisitor(f, { rows, count, stride });
  const sums = registers(f, BLOCK);
  for (const block of blocksOf(groups, BLOCK)) {
    for (const [k, group] of block.entries()) f.get(vector).loadColumns(group).set(sums[k]!);
    visit((row) => {
      for (const [k, group] of block.entries())
        f.get(sums[k]!).get(row).loadColumns(group).addFloats().set(sums[k]!);
    });
    for (const [k, group] of block.entries()) f.get(vector).get(sums[k]!).storeColumns(group);
  }
  return f;
}

function addToRows(groups: readonly ColumnGroup[], stride: number): FunctionBuilder {
  const f = new FunctionBuilder('addToRows');
  const [rows, count, vector] = [0, 1, 2].map(() => f.parameter('i32')) as [Local, Local, Local];
  const visit = rowVisitor(f, { rows, count, stride });
  const parts = registers(f, BLOCK);
  for (const block of blocksOf(groups, BLOCK)) {
    for (const [k, group] of block.entries()) f.get(vector).loadColumns(group).set(parts[k]!);
    visit((row) => {
      for (const [k, group] of block.entries())
        f.get(row).get(row).loadColumns(group).get(parts[k]!).addFloats().storeColumns(group);
    });
  }
  return f;
}

function scale(groups: readonly ColumnGroup[]): FunctionBuilder {
  const f = new FunctionBuilder('scale');
  const vector = f.parameter('i32');
  const factor = f.parameter('f32');
  for (const group of groups)
    f.get(vector).get(vector).loadColumns(group).get(factor).splat().multiplyFloats().storeColumns(group);
  return f;
}

function scoreRows(groups: readonly ColumnGroup[], stride: number): FunctionBuilder {
  const f = new FunctionBuilder('scoreRows');
  const [base, count, vector, scores] = [0, 1, 2, 3].map(() => f.parameter('i32')) as Four;
  const done = f.local('i32');
  const row = [0, 1, 2, 3].map(() => f.local('i32')) as Four;
  const [sum, part] = registers(f, 2) as [Local, Local];
  const products = registers(f, 4) as Four;
  const pairs = registers(f, 2) as [Local, Local];
  f.loop(() => {
    for (const [k, address] of row.entries()) rowOrLast(f, { base, count, done, k, stride }, address);
    f.zero().set(sum);
    for (const group of groups) {
      if (group.width < 4) {
        addSingly(f, group, { row, vector, sum });
        continue;
      }
      f.get(vector).loadColumns(group).set(part);
      for (const k of [0, 1, 2, 3])
        f.get(row[k]!).loadColumns(group).get(part).multiplyFloats().set(products[k]!);
      addTransposed(f, products, pairs, sum);
    }
    f.get(scores).get(done).constant(4).multiply().add().get(sum).storeColumns({ offset: 0, width: 4 });
    f.get(done).constant(4).add().set(done);
    f.get(done).get(count).isBelow();
  });
  return f;
}

/** Address of row `done + k`, or of the last one where there are no more: its score then stands there twice. */
function rowOrLast(
  f: FunctionBuilder,
  { base, count, done, k, stride }: { base: Local; count: Local; done: Local; k: number; stride: number },
  address: Local,
): void {
  f.get(base);
  f.get(done).constant(k).add();
  f.get(count).constant(1).subtract();
  f.get(done).constant(k).add().get(count).isBelow();
  f.select().constant(stride).multiply().add().set(address);
}

/** Adds the four columns of four rows' products one after the other: lane k of the sum is row k's. */
function addTransposed(f: FunctionBuilder, [a, b, c, d]: Four, [ab, cd]: [Local, Local], sum: Local): void {
  for (const half of [LOW, HIGH]) {
    f.get(a).get(b).shuffle(half).set(ab);
    f.get(c).get(d).shuffle(half).set(cd);
    for (const column of [FIRST, SECOND]) f.get(sum).get(ab).get(cd).shuffle(column).addFloats().set(sum);
  }
}

/** Columns 0 and 1, and columns 2 and 3, of two values, alternating. */
const LOW = [0, 4, 1, 5] as const;
const HIGH = [2, 6, 3, 7] as const;
/** The first and the second column of two values so made. */
const FIRST = [0, 1, 4, 5] as const;
const SECOND = [2, 3, 6, 7] as const;

/** The last few columns, fewer than four: their products are brought together float by float. */
function addSingly(
  f: FunctionBuilder,
  { offset, width }: ColumnGroup,
  { row, vector, sum }: { row: Four; vector: Local; sum: Local },
): void {
  const column = f.local('v128');
  for (let place = offset; place < offset + width * 4; place += 4) {
    f.zero().set(column);
    for (const [lane, address] of row.entries()) f.get(address).get(column).loadLane(lane, place).set(column);
    f.get(column).get(vector).loadSplat(place).multiplyFloats().get(sum).addFloats().set(sum);
  }
}

function learnRows(groups: readonly ColumnGroup[], stride: number): FunctionBuilder {
  const f = new FunctionBuilder('learnRows');
  const [base, count, steps, hidden] = [0, 1, 2, 3].map(() => f.parameter('i32')) as Four;
  const gradient = f.parameter('i32');
  const [row, place, end] = [0, 1, 2].map(() => f.local('i32')) as [Local, Local, Local];
  const [step, weights] = registers(f, 2) as [Local, Local];
  const half = BLOCK / 2;
  const [hiddens, gradients] = [registers(f, half), registers(f, half)];
  f.get(steps).get(count).constant(4).multiply().add().set(end);
  for (const block of blocksOf(groups, half)) {
    for (const [k, group] of block.entries()) {
      f.get(hidden).loadColumns(group).set(hiddens[k]!);
      f.get(gradient).loadColumns(group).set(gradients[k]!);
    }
    f.get(base).set(row).get(steps).set(place);
    f.loop(() => {
      f.get(place).loadSplat().set(step);
      for (const [k, group] of block.entries()) {
        f.get(row).loadColumns(group).set(weights);
        f.get(gradients[k]!).get(step).get(weights).multiplyFloats().addFloats().set(gradients[k]!);
        f.get(row).get(weights).get(step).get(hiddens[k]!).multiplyFloats().addFloats().storeColumns(group);
      }
      f.get(row).constant(stride).add().set(row);
      f.get(place).constant(4).add().set(place);
      f.get(place).get(end).isBelow();
    });
    for (const [k, group] of block.entries()) f.get(gradient).get(gradients[k]!).storeColumns(group);
  }
  return f;
}

type Four = [Local, Local, Local, Local];

/** A loop over the rows that a list names; the body gets the row's address. */
function rowVisitor(
  f: FunctionBuilder,
  { rows, count, stride }: { rows: Local; count: Local; stride: number },
): (body: (row: Local) => void) => void {
  const [row, place, end] = [0, 1, 2].map(() => f.local('i32')) as [Local, Local, Local];
  f.get(rows).get(count).constant(4).multiply().add().set(end);
  return (body) => {
    f.get(rows).set(place);
    f.loop(() => {
      f.get(place).loadInt().constant(stride).multiply().set(row);
      body(row);
      f.get(place).constant(4).add().set(place);
      f.get(place).get(end).isBelow();
    });
  };
}

const registers = (f: FunctionBuilder, count: number) => Array.from({ length: count }, () => f.local('v128'));

function blocksOf(groups: readonly ColumnGroup[], size: number): ColumnGroup[][] {
  const blocks: ColumnGroup[][] = [];
  for (let start = 0; start < groups.length; start += size) blocks.push(groups.slice(start, start + size));
  return blocks;
}
