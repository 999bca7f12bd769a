/**
 * As much of a WebAssembly assembler as the kernels need: functions over one imported memory, loops, and SIMD on four
 * floats (WebAssembly specification, chapter 5, "Binary format"). Kernels are assembled when a model is made, because
 * only then the size of its vectors is known, for which all loops over columns are unrolled.
 */

/** A local variable or parameter. */
export interface Local {
  index: number;
  type: ValueType;
}

export type ValueType = 'i32' | 'f32' | 'v128';

const TYPE_CODES: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const SIMD = 0xfd;
const NO_RESULT = 0x40;

/** Some columns of a row: the offset of the first in bytes, and how many there are. A register holds four. */
export interface ColumnGroup {
  offset: number;
  width: 4 | 2 | 1;
}

/** The groups that a row of this many columns has. */
export function columnGroups(columns: number): ColumnGroup[] {
  const groups: ColumnGroup[] = [];
  for (let column = 0; column < columns; ) {
    const left = columns - column;
    const width = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    groups.push({ offset: column * 4, width });
    column += width;
  }
  return groups;
}

/** Writes one function. Each method appends an instruction; operands come before it, as on the machine's stack. */
export class FunctionBuilder {
  readonly name: string;
  readonly parameters: ValueType[] = [];
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** To be called for all parameters before the first local. */
  parameter(type: ValueType): Local {
    this.parameters.push(type);
    return { index: this.parameters.length - 1, type };
  }

  local(type: ValueType): Local {
    this.#locals.push(type);
    return { index: this.parameters.length + this.#locals.length - 1, type };
  }

  get(local: Local): this {
    return this.#emit(0x20, ...unsigned(local.index));
  }

  set(local: Local): this {
    return this.#emit(0x21, ...unsigned(local.index));
  }

  constant(value: number): this {
    return this.#emit(0x41, ...signed(value));
  }

  /** The operations on two whole numbers. */
  add = (): this => this.#emit(0x6a);
  subtract = (): this => this.#emit(0x6b);
  multiply = (): this => this.#emit(0x6c);
  isBelow = (): this => this.#emit(0x49);

  /** The first of two values where the third is not 0, else the second. */
  select = (): this => this.#emit(0x1b);

  loadInt = (offset = 0): this => this.#emit(0x28, 2, ...unsigned(offset));

  /** Runs the body once, and again as long as it leaves a number other than 0. */
  loop(body: () => void): this {
    this.#emit(0x03, NO_RESULT);
    body();
    return this.#emit(0x0d, 0, 0x0b);
  }

  /** Loads columns of the row whose address is on the stack; lanes beyond them become 0. */
  loadColumns({ offset, width }: ColumnGroup): this {
    return this.#memory({ 4: 0x00, 2: 0x5d, 1: 0x5c }[width], offset);
  }

  /** Stores columns to the row whose address lies below them. */
  storeColumns({ offset, width }: ColumnGroup): this {
    this.#memory({ 4: 0x0b, 2: 0x5b, 1: 0x5a }[width], offset);
    return width === 4 ? this : this.#emit(0);
  }

  /** Loads one float into all four lanes. */
  loadSplat = (offset = 0): this => this.#memory(0x09, offset);

  /** Loads one float into a lane of the value on top of the stack; its address lies below. */
  loadLane(lane: number, offset: number): this {
    this.#memory(0x56, offset);
    return this.#emit(lane);
  }

  splat = (): this => this.#simd(0x13);
  addFloats = (): this => this.#simd(0xe4);
  multiplyFloats = (): this => this.#simd(0xe6);

  zero(): this {
    return this.#simd(0x0c).#emit(...Array<number>(16).fill(0));
  }

  /** A value of four lanes out of the eight of two values: the first has 0 to 3, the second 4 to 7. */
  shuffle(lanes: readonly [number, number, number, number]): this {
    return this.#simd(0x0d).#emit(...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte)));
  }

  /** The body as the code section has it. */
  body(): number[] {
    const locals = this.#locals.flatMap((type) => [1, TYPE_CODES[type]]);
    const content = [...unsigned(this.#locals.length), ...locals, ...this.#code, 0x0b];
    return [...unsigned(content.length), ...content];
  }

  signature(): number[] {
    return [0x60, ...vector(this.parameters.map((type) => [TYPE_CODES[type]])), 0];
  }

  #memory(operation: number, offset: number): this {
    // Rows of vectors whose size is no multiple of four are not aligned to more than a float.
    return this.#simd(operation).#emit(2, ...unsigned(offset));
  }

  #simd(operation: number): this {
    return this.#emit(SIMD, ...unsigned(operation));
  }

  #emit(...bytes: number[]): this {
    for (const byte of bytes) this.#code.push(byte);
    return this;
  }
}

/**
 * A module that exports these functions over a memory imported as `env.memory`.
 * @param pages size of the memory, 64 KiB each
 */
export function assemble(
  functions: readonly FunctionBuilder[],
  { pages, shared }: { pages: number; shared: boolean },
): Uint8Array<ArrayBuffer> {
  const limits = shared ? [3, ...unsigned(pages), ...unsigned(pages)] : [0, ...unsigned(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(functions.map((each) => each.signature()))),
    ...section(2, vector([[...text('env'), ...text('memory'), 0x02, ...limits]])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, vector(functions.map((each) => each.body()))),
  ]);
}

const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];

const vector = (items: readonly number[][]) => [...unsigned(items.length), ...items.flat()];

const text = (value: string) => [...unsigned(value.length), ...Buffer.from(value, 'latin1')];

/** LEB128 of a number that is not negative. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

/** LEB128 with sign, of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const byte = rest & 127;
    if (rest >> 6 === 0 || rest >> 6 === -1) return [...bytes, byte];
    bytes.push(byte | 128);
  }
}
