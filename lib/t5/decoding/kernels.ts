/**
 * TensorFlow's operations on bare handles. Decoding runs hundreds of small operations for each token; through tfjs one
 * costs about 28 us, straight through the binding about 8 us. Operations of types that tfjs does not know work as well.
 */
import type { Engine, Tensor } from '../engine.ts';

/** A tensor of TensorFlow. It lives until it is released, or until the scope ends in which it was made. */
export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
  /** TensorFlow's number of the element type. */
  readonly dtype: number;
}

/** A matrix of which TensorFlow makes itself a copy in the layout that its products want. */
export interface Prepacked {
  /** `[1, 1, k, n]` */
  readonly filter: Value;
  /** Says which operations TensorFlow may use that copy for. */
  readonly attribute: Attribute;
}

interface Attribute {
  name: string;
  type: number;
  value: number | boolean | string | readonly number[];
}

interface Binding {
  TF_ATTR_TYPE: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_INT: number;
  TF_ATTR_STRING: number;
  TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Value[];
}

interface Backend {
  binding: Binding;
  isUsingGpuDevice: boolean;
  getInputTensorIds(tensors: Tensor[]): number[];
}

/** TensorFlow's numbers of element types. */
export const FLOAT = 1;
const INT32 = 3;
const UINT8 = 4;
export const BFLOAT16 = 14;

const countOf = ({ shape }: Value) => shape.reduce((product, size) => product * size, 1);
const widthOf = (dtype: number) => (dtype === BFLOAT16 ? 2 : 4);

/** @param value of FLOAT or BFLOAT16 */
export const sizeInBytes = (value: Value): number => countOf(value) * widthOf(value.dtype);

/** Matrices that have been prepacked in this process. */
let prepackedMatrices = 0;

export class Kernels {
  readonly #binding: Binding;
  readonly #backend: Backend;
  /** Small tensors of shapes, axes and permutations; the same few come back at every step. */
  readonly #constants = new Map<string, Value>();
  /** What the innermost scope has made; nothing is noted outside of scopes. */
  #created: Value[] | undefined;

  constructor(tf: Engine) {
    this.#backend = tf.backend() as unknown as Backend;
    this.#binding = this.#backend.binding;
  }

  /** Whether tensors lie in the memory of a GPU. */
  get isOnGpu(): boolean {
    return this.#backend.isUsingGpuDevice;
  }

  /** Releases everything made in `compute` except what it returns. */
  scope<T extends Value | Value[]>(compute: () => T): T {
    const outer = this.#created;
    const made: Value[] = [];
    this.#created = made;
    try {
      const result = compute();
      const kept = new Set<Value>(Array.isArray(result) ? result : [result]);
      for (const value of made.splice(0)) (kept.has(value) ? (outer ?? []) : made).push(value);
      return result;
    } finally {
      this.#created = outer;
      this.release(made);
    }
  }

  /** Releases everything made in `compute`, which returns something else than values. */
  within<T>(compute: () => T): T {
    let result: T | undefined;
    this.scope(() => {
      result = compute();
      return [];
    });
    return result as T;
  }

  /** Takes values out of their scope: they live until they are released. */
  keep<T extends Value | Value[]>(values: T): T {
    const kept = new Set<Value>(Array.isArray(values) ? values : [values]);
    const made = this.#created?.splice(0) ?? [];
    this.#created?.push(...made.filter((value) => !kept.has(value)));
    return values;
  }

  release(values: Iterable<Value>): void {
    for (const { id } of values) this.#binding.deleteTensor(id);
  }

  /** Releases the constants. */
  dispose(): void {
    this.release(this.#constants.values());
    this.#constants.clear();
  }

  /** A tensor of tfjs, which goes on owning it. */
  borrow(tensor: Tensor): Value {
    const [id] = this.#backend.getInputTensorIds([tensor]);
    return { id: id!, shape: tensor.shape, dtype: FLOAT };
  }

  floats(data: Float32Array, shape: readonly number[]): Value {
    return this.#made({ id: this.#binding.createTensor(shape, FLOAT, data), shape, dtype: FLOAT });
  }

  integers(data: Int32Array, shape: readonly number[]): Value {
    return this.#made({ id: this.#binding.createTensor(shape, INT32, data), shape, dtype: INT32 });
  }

  scalar(value: number): Value {
    const key = `float ${value}`;
    let known = this.#constants.get(key);
    if (!known) {
      const id = this.#binding.createTensor([], FLOAT, Float32Array.of(value));
      known = { id, shape: [], dtype: FLOAT };
      this.#constants.set(key, known);
    }
    return known;
  }

  /** The numbers of a tensor of floats. */
  read(value: Value): Float32Array {
    return this.#binding.tensorDataSync(value.id) as Float32Array;
  }

  /** The memory of a tensor, of whatever type, copied. */
  readBytes(value: Value): Uint8Array {
    const count = countOf(value);
    const words = this.within(() => {
      const flat = this.reshape(value, [count]);
      if (value.dtype !== BFLOAT16) return this.#binding.tensorDataSync(this.#bitcast(flat, INT32).id);
      // Two by two, because the binding knows no type of two bytes.
      const odd = count % 2 === 1;
      const even = odd ? this.concat([flat, this.slice(flat, [0], [1])], 0) : flat;
      const pairs = this.reshape(even, [Math.ceil(count / 2), 2]);
      return this.#binding.tensorDataSync(this.#bitcast(pairs, INT32).id);
    });
    return new Uint8Array(words.buffer, words.byteOffset, sizeInBytes(value));
  }

  /** A tensor of FLOAT or BFLOAT16 whose memory the bytes are, if they are aligned as TensorFlow wants it. */
  fromBytes(bytes: Uint8Array, shape: readonly number[], dtype: number): Value {
    return this.scope(() => {
      const apart = [...shape, widthOf(dtype)];
      const id = this.#binding.createTensor(apart, UINT8, bytes);
      return this.#bitcast(this.#made({ id, shape: apart, dtype: UINT8 }), dtype);
    });
  }

  /** `[m, k]` times `[k, n]`, or times `[n, k]` where `transposed`. */
  matMul(a: Value, b: Value, transposed = false): Value {
    return this.#run('MatMul', [this.#type('T', a.dtype), this.#flag('transpose_b', transposed)], [a, b]);
  }

  /**
   * Makes the products with a matrix quicker. oneDNN lays a matrix out anew in every `MatMul`, a fifth of the time at 64
   * rows. A convolution whose filter is said to be constant does so once: TensorFlow keeps the copy with the kernel, and
   * a kernel for each set of attributes. One that no kernel looks at tells the matrices apart; it must never come again
   * in this process, or the product would be with the matrix that had it first.
   *
   * The copy is made by the first product, of the matrix's size, and stays until the process ends.
   * @param matrix `[k, n]`; it must not change
   * @returns its filter shares the memory of the matrix, and lives as any value does
   */
  prepack(matrix: Value): Prepacked {
    const [rows, columns] = matrix.shape as [number, number];
    const filter = this.reshape(matrix, [1, 1, rows, columns]);
    return { filter, attribute: this.#string('_matrix', String(prepackedMatrices++)) };
  }

  /** Whether this TensorFlow has what `prepack` is for, and this processor the units: all but oneDNN on a CPU lack it. */
  get canPrepack(): boolean {
    if (this.isOnGpu) return false;
    try {
      this.within(() => {
        const one = this.cast(this.floats(Float32Array.of(1), [1, 1]), BFLOAT16);
        this.matMulPrepacked(this.reshape(one, [1, 1, 1, 1]), this.prepack(one));
      });
      return true;
    } catch {
      return false;
    }
  }

  /** `[1, 1, m, k]` times a prepacked `[k, n]` -> `[1, 1, m, n]` */
  matMulPrepacked(a: Value, { filter, attribute }: Prepacked): Value {
    const attributes = [
      this.#type('T', a.dtype),
      this.#string('_kernel', 'MklNameChangeOp'),
      this.#flag('is_filter_const', true),
      attribute,
      this.#integer('strides', [1, 1, 1, 1]),
      this.#string('padding', 'VALID'),
    ];
    return this.#run('_MklNativeConv2D', attributes, [a, filter]);
  }

  /** The product of the last two axes; `transposed` is said of the second factor's. */
  batchMatMul(a: Value, b: Value, transposed = false): Value {
    return this.#run('BatchMatMulV2', [this.#type('T', a.dtype), this.#flag('adj_y', transposed)], [a, b]);
  }

  add(a: Value, b: Value): Value {
    return this.#run('AddV2', [this.#type('T', a.dtype)], [a, b]);
  }

  multiply(a: Value, b: Value): Value {
    return this.#run('Mul', [this.#type('T', a.dtype)], [a, b]);
  }

  unary(name: 'Square' | 'Rsqrt' | 'Relu' | 'Tanh' | 'Softmax' | 'LogSoftmax' | 'Sigmoid', x: Value): Value {
    return this.#run(name, [this.#type('T', x.dtype)], [x]);
  }

  /** The same numbers as another type; the tensor itself if it is of that type. */
  cast(x: Value, dtype: number): Value {
    if (x.dtype === dtype) return x;
    return this.#run('Cast', [this.#type('SrcT', x.dtype), this.#type('DstT', dtype)], [x]);
  }

  /** The same memory as another type; an axis is added or goes where elements are split or put together. */
  #bitcast(x: Value, dtype: number): Value {
    return this.#run('Bitcast', [this.#type('T', x.dtype), this.#type('type', dtype)], [x]);
  }

  /** Mean over the last axis, which stays with size 1. */
  mean(x: Value): Value {
    const attributes = [this.#type('T', x.dtype), this.#type('Tidx', INT32), this.#flag('keep_dims', true)];
    return this.#run('Mean', attributes, [x, this.#constant([x.shape.length - 1])]);
  }

  /** Highest number over the last axis, which goes. */
  max(x: Value): Value {
    const attributes = [this.#type('T', x.dtype), this.#type('Tidx', INT32), this.#flag('keep_dims', false)];
    return this.#run('Max', attributes, [x, this.#constant([x.shape.length - 1])]);
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return this.#run('Reshape', [this.#type('T', x.dtype)], [x, this.#constant(shape)]);
  }

  transpose(x: Value, axes: readonly number[]): Value {
    return this.#run('Transpose', [this.#type('T', x.dtype)], [x, this.#constant(axes)]);
  }

  concat(parts: readonly Value[], axis: number): Value {
    if (parts.length === 1) return parts[0]!;
    const attributes = [this.#type('T', parts[0]!.dtype), this.#integer('N', parts.length)];
    return this.#run('ConcatV2', attributes, [...parts, this.#constant(axis)]);
  }

  slice(x: Value, begin: readonly number[], size: readonly number[]): Value {
    const attributes = [this.#type('T', x.dtype), this.#type('Index', INT32)];
    return this.#run('Slice', attributes, [x, this.#constant(begin), this.#constant(size)]);
  }

  /** Equal parts along an axis. */
  split(x: Value, parts: number, axis: number): Value[] {
    const attributes = [this.#type('T', x.dtype), this.#integer('num_split', parts)];
    return this.#runAll('Split', attributes, [this.#constant(axis), x], parts);
  }

  /** Its entries along the first axis, which goes. */
  unstack(x: Value): Value[] {
    const parts = x.shape[0]!;
    return this.#runAll('Unpack', [this.#type('T', x.dtype), this.#integer('num', parts)], [x], parts);
  }

  /** @param batchDims leading axes that `params` and `indices` share */
  gather(params: Value, indices: Value, axis: number, batchDims = 0): Value {
    const attributes = [this.#type('Tparams', params.dtype), this.#integer('batch_dims', batchDims)];
    return this.#run('GatherV2', attributes, [params, indices, this.#constant(axis)]);
  }

  #run(name: string, attributes: Attribute[], inputs: readonly Value[]): Value {
    return this.#runAll(name, attributes, inputs, 1)[0]!;
  }

  #runAll(name: string, attributes: Attribute[], inputs: readonly Value[], outputs: number): Value[] {
    const ids = inputs.map(({ id }) => id);
    const results = this.#binding.executeOp(name, attributes, ids, outputs);
    this.#created?.push(...results);
    return results;
  }

  #made(value: Value): Value {
    this.#created?.push(value);
    return value;
  }

  /** A whole number, or a list of them, as TensorFlow wants axes and shapes. */
  #constant(value: number | readonly number[]): Value {
    const key = String(typeof value === 'number' ? value : `[${value}]`);
    let known = this.#constants.get(key);
    if (!known) {
      const list = typeof value === 'number' ? [value] : value;
      const shape = typeof value === 'number' ? [] : [list.length];
      const id = this.#binding.createTensor(shape, INT32, Int32Array.from(list));
      known = { id, shape, dtype: INT32 };
      this.#constants.set(key, known);
    }
    return known;
  }

  #type(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_TYPE, value };
  }

  #flag(name: string, value: boolean): Attribute {
    return { name, type: this.#binding.TF_ATTR_BOOL, value };
  }

  #integer(name: string, value: number | readonly number[]): Attribute {
    return { name, type: this.#binding.TF_ATTR_INT, value };
  }

  #string(name: string, value: string): Attribute {
    return { name, type: this.#binding.TF_ATTR_STRING, value };
  }
}
