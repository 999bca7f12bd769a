/** TensorFlow's operations, as far as training needs them. */
import { FLOAT, INT32, NativeMemory, UINT16, type Value } from './native-memory.ts';

/** A resource variable: memory that outlives the values read from it and is changed in place. */
export interface Resource {
  readonly handle: Value;
}

/** Scalars of an Adam step. `none` is 0: the corrections for the first steps are part of rate and epsilon. */
export type AdamScalars = Record<'none' | 'learningRate' | 'beta1' | 'beta2' | 'epsilon', Value>;

export class Kernels extends NativeMemory {
  readonly #zeros = new Map<number, Value>();
  readonly #spareHandles: Value[] = [];
  static #handles = 0;

  override dispose(): void {
    for (const handle of this.#spareHandles.splice(0)) this.own(handle);
    this.#zeros.clear();
    super.dispose();
  }

  /** `[m, k]` times `[k, n]`, either of them given transposed. */
  matMul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
    const attributes = [
      this.type('T', a.dtype),
      this.flag('transpose_a', transposeA),
      this.flag('transpose_b', transposeB),
    ];
    return this.one('MatMul', attributes, a, b);
  }

  /** The product of the last two axes, either factor given transposed. */
  batchMatMul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
    const attributes = [
      this.type('T', a.dtype),
      this.flag('adj_x', transposeA),
      this.flag('adj_y', transposeB),
    ];
    return this.one('BatchMatMulV2', attributes, a, b);
  }

  add = (a: Value, b: Value): Value => this.#binary('AddV2', a, b);
  sub = (a: Value, b: Value): Value => this.#binary('Sub', a, b);
  mul = (a: Value, b: Value): Value => this.#binary('Mul', a, b);
  square = (x: Value): Value => this.#unary('Square', x);
  rsqrt = (x: Value): Value => this.#unary('Rsqrt', x);
  tanh = (x: Value): Value => this.#unary('Tanh', x);
  relu = (x: Value): Value => this.#unary('Relu', x);
  /** Over the last axis. */
  softmax = (x: Value): Value => this.#unary('Softmax', x);
  zerosLike = (x: Value): Value => this.#unary('ZerosLike', x);
  /** Half of the sum of the squares; a scalar. */
  halfSquares = (x: Value): Value => this.#unary('L2Loss', x);
  /** `gradient` where `x` is positive, else 0. */
  reluGradient = (gradient: Value, x: Value): Value => this.#binary('ReluGrad', gradient, x);

  scale(x: Value, factor: number): Value {
    if (factor === 1) return x;
    return this.tidy(() => this.mul(x, this.cast(this.scalar(factor), x.dtype)));
  }

  addAll(values: readonly Value[]): Value {
    if (values.length === 1) return values[0]!;
    const attributes = [this.type('T', values[0]!.dtype), this.count('N', values.length)];
    return this.one('AddN', attributes, ...values);
  }

  sum = (x: Value, axis: number, keepDims = false): Value => this.#reduce('Sum', x, axis, keepDims);
  mean = (x: Value, axis: number, keepDims = false): Value => this.#reduce('Mean', x, axis, keepDims);
  max = (x: Value, axis: number, keepDims = false): Value => this.#reduce('Max', x, axis, keepDims);

  /** The value itself where it is of that type already. */
  cast(x: Value, dtype: number): Value {
    if (x.dtype === dtype) return x;
    return this.one('Cast', [this.type('SrcT', x.dtype), this.type('DstT', dtype)], x);
  }

  reshape(x: Value, shape: readonly number[]): Value {
    return this.tidy(() => {
      const attributes = [this.type('T', x.dtype), this.type('Tshape', INT32)];
      return this.one('Reshape', attributes, x, this.shape(shape));
    });
  }

  transpose(x: Value, order: readonly number[]): Value {
    return this.tidy(() => {
      const attributes = [this.type('T', x.dtype), this.type('Tperm', INT32)];
      return this.one('Transpose', attributes, x, this.shape(order));
    });
  }

  /** Entries along the first axis; the result has the shape of `indices` in its place. */
  gather(x: Value, indices: Value): Value {
    const attributes = [
      this.type('Tparams', x.dtype),
      this.type('Tindices', INT32),
      this.type('Taxis', INT32),
      this.count('batch_dims', 0),
    ];
    return this.one('GatherV2', attributes, x, indices, this.axis(0));
  }

  /** `rows` entries along the first axis, from `start` on. Shares the memory where that is aligned to 64 bytes. */
  slice(x: Value, start: number, rows: number): Value {
    return this.tidy(() => {
      const rest = x.shape.slice(1);
      const begin = this.shape([start, ...rest.map(() => 0)]);
      const attributes = [this.type('T', x.dtype), this.type('Index', INT32)];
      return this.one('Slice', attributes, x, begin, this.shape([rows, ...rest]));
    });
  }

  /** Along the first axis. */
  concat(values: readonly Value[]): Value {
    if (values.length === 1) return values[0]!;
    const attributes = [
      this.type('T', values[0]!.dtype),
      this.type('Tidx', INT32),
      this.count('N', values.length),
    ];
    return this.one('ConcatV2', attributes, ...values, this.axis(0));
  }

  /** Sums of rows of `x`: row `rows[i]` goes to sum `segments[i]`, which ascend. Always added in the same order. */
  segmentSums(x: Value, rows: Value, segments: Value): Value {
    const attributes = [
      this.type('T', x.dtype),
      this.type('Tidx', INT32),
      this.type('Tsegmentids', INT32),
      this.flag('sparse_gradient', false),
    ];
    return this.one('SparseSegmentSum', attributes, x, rows, segments);
  }

  /** `length` random numbers of 16 bits, uint16, which depend on the seed alone. */
  randomBits(length: number, seed: readonly [number, number]): Value {
    return this.tidy(() => {
      const attributes = [this.type('dtype', INT32), this.type('T', INT32), this.type('Tseed', INT32)];
      const words = Math.ceil(length / 2);
      const inputs = [this.shape([words]), this.shape(seed)] as const;
      const drawn = this.one('StatelessRandomUniformFullInt', attributes, ...inputs);
      const halves = this.one('Bitcast', [this.type('T', INT32), this.type('type', UINT16)], drawn);
      return this.reshape(halves, [2 * words]);
    });
  }

  xor = (a: Value, b: Value): Value => this.#binary('BitwiseXor', a, b);

  /** Whether numbers of 16 bits are at least `threshold`; bool. */
  atLeast(x: Value, threshold: number): Value {
    return this.tidy(() =>
      this.#binary('GreaterEqual', x, this.cast(this.ints([], Int32Array.of(threshold)), UINT16)),
    );
  }

  /** `x` where `mask` is true, else 0. The mask may have another shape of the same size. */
  where(mask: Value, x: Value): Value {
    const zeros = this.#zerosOf(x);
    const shaped = this.reshape(mask, x.shape);
    const result = this.one('Select', [this.type('T', x.dtype)], shaped, x, zeros);
    this.free(shaped, zeros);
    return result;
  }

  /** A new float variable that takes over the value's memory. */
  createResource(value: Value): Resource {
    const resource = { handle: this.#spareHandles.pop() ?? this.#createHandle() };
    this.assign(resource, value);
    return resource;
  }

  /** The variable's content, in the same memory: free it before the variable is changed, or that makes a copy. */
  readResource({ handle }: Resource): Value {
    return this.one('ReadVariableOp', [this.type('dtype', FLOAT)], handle);
  }

  /** Takes over the value's memory. */
  assign({ handle }: Resource, value: Value): void {
    const attributes = [this.type('dtype', value.dtype), this.flag('validate_shape', false)];
    this.execute('AssignVariableOp', attributes, [handle, value], 0);
    this.free(value);
  }

  addTo({ handle }: Resource, value: Value): void {
    this.execute('AssignAddVariableOp', [this.type('dtype', value.dtype)], [handle, value], 0);
  }

  /** Adds rows to rows of a variable. No index may occur twice, or the order of the additions is open. */
  scatterAdd({ handle }: Resource, indices: Value, rows: Value): void {
    const attributes = [this.type('dtype', rows.dtype), this.type('Tindices', INT32)];
    this.execute('ResourceScatterAdd', attributes, [handle, indices, rows], 0);
  }

  /** TensorFlow's fused Adam: one pass over weights, moments and gradient, all in place. */
  applyAdam(
    [weight, first, second]: readonly [Resource, Resource, Resource],
    scalars: AdamScalars,
    gradient: Value,
  ): void {
    const { none, learningRate, beta1, beta2, epsilon } = scalars;
    const inputs = [
      weight.handle,
      first.handle,
      second.handle,
      none,
      none,
      learningRate,
      beta1,
      beta2,
      epsilon,
      gradient,
    ];
    const attributes = [
      this.type('T', FLOAT),
      this.flag('use_locking', false),
      this.flag('use_nesterov', false),
    ];
    this.execute('ResourceApplyAdam', attributes, inputs, 0);
  }

  destroy({ handle }: Resource): void {
    this.execute('DestroyResourceOp', [this.flag('ignore_lookup_error', true)], [handle], 0);
    this.#spareHandles.push(handle);
  }

  /** Handles are used again: TensorFlow keeps something of every name that it has ever seen. */
  #createHandle(): Value {
    const attributes = [
      this.attribute('container', 'TF_ATTR_STRING', ''),
      this.attribute('shared_name', 'TF_ATTR_STRING', `trained/${Kernels.#handles++}`),
      this.type('dtype', FLOAT),
      this.attribute('shape', 'TF_ATTR_SHAPE', []),
    ];
    return this.run('VarHandleOp', attributes, []);
  }

  #unary(name: string, x: Value): Value {
    return this.one(name, [this.type('T', x.dtype)], x);
  }

  #binary(name: string, a: Value, b: Value): Value {
    return this.one(name, [this.type('T', a.dtype)], a, b);
  }

  #reduce(name: string, x: Value, axis: number, keepDims: boolean): Value {
    const attributes = [this.flag('keep_dims', keepDims), this.type('T', x.dtype), this.type('Tidx', INT32)];
    return this.one(name, attributes, x, this.axis(axis));
  }

  /** Zeros in the shape of `x`, cut from one supply for each type. */
  #zerosOf(x: Value): Value {
    const size = x.shape.reduce((product, length) => product * length, 1);
    let supply = this.#zeros.get(x.dtype);
    if (!supply || supply.shape[0]! < size) {
      this.free(supply);
      this.#zeros.delete(x.dtype);
      supply = this.constant(this.#zeros, x.dtype, () =>
        this.tidy(() => this.reshape(this.zerosLike(x), [-1])),
      );
    }
    return this.tidy(() => this.reshape(this.slice(supply, 0, size), x.shape));
  }
}
