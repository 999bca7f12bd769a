/** TensorFlow's operations, as far as a T5 needs them. */
import { BFLOAT16, FLOAT, INT32, type Tensor, Tensors, UINT16 } from './tensors.ts';

/** Memory that outlives the tensors read from it and is changed in place. */
export interface Variable {
  readonly handle: Tensor;
}

/** A matrix of which TensorFlow makes itself a copy in the layout that its products want. */
export interface Prepacked {
  /** `[1, 1, k, n]` */
  readonly filter: Tensor;
  /** Unique among the matrices of the process. */
  readonly number: string;
}

let variables = 0;
let prepackedMatrices = 0;

export class Operations extends Tensors {
  readonly #spareHandles: Tensor[] = [];

  override dispose(): void {
    this.#spareHandles.length = 0;
    super.dispose();
  }

  /** `[m, k]` times `[k, n]`, either of them given transposed. */
  matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    return this.run('MatMul', [a, b], { T: a.dtype }, { transpose_a: transposeA, transpose_b: transposeB });
  }

  /** The product of the last two axes, either factor given transposed. */
  batchMatMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
    return this.run('BatchMatMulV2', [a, b], { T: a.dtype }, { adj_x: transposeA, adj_y: transposeB });
  }

  add = (a: Tensor, b: Tensor): Tensor => this.run('AddV2', [a, b], { T: a.dtype });
  sub = (a: Tensor, b: Tensor): Tensor => this.run('Sub', [a, b], { T: a.dtype });
  mul = (a: Tensor, b: Tensor): Tensor => this.run('Mul', [a, b], { T: a.dtype });
  square = (x: Tensor): Tensor => this.run('Square', [x], { T: x.dtype });
  rsqrt = (x: Tensor): Tensor => this.run('Rsqrt', [x], { T: x.dtype });
  tanh = (x: Tensor): Tensor => this.run('Tanh', [x], { T: x.dtype });
  relu = (x: Tensor): Tensor => this.run('Relu', [x], { T: x.dtype });
  /** Over the last axis. */
  softmax = (x: Tensor): Tensor => this.run('Softmax', [x], { T: x.dtype });
  /** Over the last axis. */
  logSoftmax = (x: Tensor): Tensor => this.run('LogSoftmax', [x], { T: x.dtype });
  zerosLike = (x: Tensor): Tensor => this.run('ZerosLike', [x], { T: x.dtype });
  /** Half of the sum of the squares; a scalar. */
  halfSquares = (x: Tensor): Tensor => this.run('L2Loss', [x], { T: x.dtype });
  /** `gradient` where `x` is positive, else 0. */
  reluGradient = (gradient: Tensor, x: Tensor): Tensor => this.run('ReluGrad', [gradient, x], { T: x.dtype });

  scale(x: Tensor, factor: number): Tensor {
    return factor === 1 ? x : this.tidy(() => this.mul(x, this.cast(this.scalar(factor), x.dtype)));
  }

  addAll(tensors: readonly Tensor[]): Tensor {
    if (tensors.length === 1) return tensors[0]!;
    return this.run('AddN', tensors, { T: tensors[0]!.dtype }, { N: tensors.length });
  }

  sum = (x: Tensor, axis: number): Tensor => this.#reduce('Sum', x, axis, false);
  max = (x: Tensor, axis: number): Tensor => this.#reduce('Max', x, axis, false);
  /** The axis stays, with length 1. */
  mean = (x: Tensor, axis: number): Tensor => this.#reduce('Mean', x, axis, true);

  #reduce(name: string, x: Tensor, axis: number, keepDims: boolean): Tensor {
    return this.run(name, [x, this.constant(axis)], { T: x.dtype }, { keep_dims: keepDims });
  }

  /** The tensor itself where it is of that type already. */
  cast(x: Tensor, dtype: number): Tensor {
    return x.dtype === dtype ? x : this.run('Cast', [x], { SrcT: x.dtype, DstT: dtype });
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.run('Reshape', [x, this.constant(shape)], { T: x.dtype });
  }

  transpose(x: Tensor, order: readonly number[]): Tensor {
    return this.run('Transpose', [x, this.constant(order)], { T: x.dtype });
  }

  concat(parts: readonly Tensor[], axis: number): Tensor {
    if (parts.length === 1) return parts[0]!;
    return this.run('ConcatV2', [...parts, this.constant(axis)], { T: parts[0]!.dtype }, { N: parts.length });
  }

  /** Equal parts along an axis. */
  split(x: Tensor, parts: number, axis: number): Tensor[] {
    if (parts === 1) return [x];
    return this.runAll('Split', [this.constant(axis), x], { T: x.dtype }, { num_split: parts }, parts);
  }

  /** Its entries along the first axis, which goes. */
  unstack(x: Tensor): Tensor[] {
    return this.runAll('Unpack', [x], { T: x.dtype }, { num: x.shape[0]! }, x.shape[0]!);
  }

  /** Along the first axis, the memory is shared where the start is aligned to 64 bytes. */
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
    return this.tidy(() => {
      const [from, length] = [begin, size].map((list) => this.ints([list.length], Int32Array.from(list)));
      return this.run('Slice', [x, from!, length!], { T: x.dtype, Index: INT32 });
    });
  }

  /** @param batchDims leading axes that `x` and `indices` share */
  gather(x: Tensor, indices: Tensor, axis = 0, batchDims = 0): Tensor {
    return this.run(
      'GatherV2',
      [x, indices, this.constant(axis)],
      { Tparams: x.dtype },
      { batch_dims: batchDims },
    );
  }

  /** A list with the value in some places. */
  fill(x: Tensor, places: Int32Array, value: number): Tensor {
    return this.tidy(() => {
      const indices = this.ints([places.length, 1], places);
      const values = this.floats([places.length], new Float32Array(places.length).fill(value));
      return this.run('TensorScatterUpdate', [x, indices, values], { T: x.dtype, Tindices: INT32 });
    });
  }

  /** The largest of the last axis and where they stand in it, largest first; of equals the first. */
  topK(x: Tensor, count: number): { values: Tensor; indices: Tensor } {
    const inputs = [x, this.constant(count)];
    const [values, indices] = this.runAll('TopKV2', inputs, { T: x.dtype }, { sorted: true }, 2);
    return { values: values!, indices: indices! };
  }

  /** Sums of rows of `x`: row `rows[i]` goes to sum `segments[i]`, which ascend. Always added in the same order. */
  segmentSums(x: Tensor, rows: Tensor, segments: Tensor): Tensor {
    return this.run('SparseSegmentSum', [x, rows, segments], { T: x.dtype });
  }

  /** `length` random numbers of 16 bits, uint16, which depend on the seed alone. */
  randomBits(length: number, seed: readonly [number, number]): Tensor {
    return this.tidy(() => {
      const words = Math.ceil(length / 2);
      const inputs = [this.constant([words]), this.ints([2], Int32Array.from(seed))];
      const drawn = this.run('StatelessRandomUniformFullInt', inputs, { dtype: INT32, Tseed: INT32 });
      return this.reshape(this.run('Bitcast', [drawn], { T: INT32, type: UINT16 }), [2 * words]);
    });
  }

  xor = (a: Tensor, b: Tensor): Tensor => this.run('BitwiseXor', [a, b], { T: a.dtype });

  /** Whether numbers of 16 bits are at least `threshold`; bool. */
  atLeast(x: Tensor, threshold: number): Tensor {
    return this.tidy(() =>
      this.run('GreaterEqual', [x, this.cast(this.constant(threshold), UINT16)], { T: UINT16 }),
    );
  }

  /** `x` where `mask` is true, else 0. The mask may have another shape of the same size. */
  where(mask: Tensor, x: Tensor): Tensor {
    return this.tidy(() =>
      this.run('Select', [this.reshape(mask, x.shape), x, this.zerosLike(x)], { T: x.dtype }),
    );
  }

  /**
   * Makes the products with a matrix quicker. oneDNN lays a matrix out anew in every `MatMul`, a fifth of the time at 64
   * rows; a convolution with a constant filter does so at its first product and keeps the copy until the process ends.
   * TensorFlow keeps it for each set of attributes: a number that never comes again tells the matrices apart.
   * @param matrix `[k, n]`, whose memory is shared; it must not change
   */
  prepack(matrix: Tensor): Prepacked {
    return { filter: this.reshape(matrix, [1, 1, ...matrix.shape]), number: String(prepackedMatrices++) };
  }

  /** Whether this TensorFlow has what `prepack` is for, and this processor the units: all but oneDNN on a CPU lack it. */
  get canPrepack(): boolean {
    if (this.engine.isUsingGpuDevice) return false;
    return this.tidy(() => {
      try {
        const one = this.cast(this.floats([1, 1], Float32Array.of(1)), BFLOAT16);
        this.matMulPrepacked(this.reshape(one, [1, 1, 1, 1]), this.prepack(one));
        return true;
      } catch {
        return false;
      }
    });
  }

  /** `[1, 1, m, k]` times a prepacked `[k, n]` -> `[1, 1, m, n]` */
  matMulPrepacked(a: Tensor, { filter, number }: Prepacked): Tensor {
    const options = {
      _kernel: 'MklNameChangeOp',
      is_filter_const: true,
      _matrix: number,
      strides: [1, 1, 1, 1],
      padding: 'VALID',
    };
    return this.run('_MklNativeConv2D', [a, filter], { T: a.dtype }, options);
  }

  /** A new float variable that takes over the tensor's memory. */
  createVariable(tensor: Tensor): Variable {
    const variable = { handle: this.#spareHandles.pop() ?? this.keep(this.#createHandle()) };
    this.assign(variable, tensor);
    return variable;
  }

  /** Handles are used again: TensorFlow keeps something of every name that it has ever seen. */
  #createHandle(): Tensor {
    const options = { container: '', shared_name: `variable/${variables++}`, shape: [] };
    return this.run('VarHandleOp', [], { dtype: FLOAT }, options);
  }

  /** The variable's content, in the same memory: free it before the variable is changed, or that makes a copy. */
  readVariable({ handle }: Variable): Tensor {
    return this.run('ReadVariableOp', [handle], { dtype: FLOAT });
  }

  /** Takes over the tensor's memory. */
  assign({ handle }: Variable, tensor: Tensor): void {
    this.runAll('AssignVariableOp', [handle, tensor], { dtype: FLOAT });
    this.free(tensor);
  }

  addTo({ handle }: Variable, tensor: Tensor): void {
    this.runAll('AssignAddVariableOp', [handle, tensor], { dtype: FLOAT });
  }

  /** Adds rows to rows of a variable. No index may occur twice, or the order of the additions is open. */
  scatterAdd({ handle }: Variable, indices: Tensor, rows: Tensor): void {
    this.runAll('ResourceScatterAdd', [handle, indices, rows], { dtype: FLOAT, Tindices: INT32 });
  }

  /** TensorFlow's fused Adam: one pass over weights, moments and gradient, all in place, without its correction. */
  applyAdam(
    variables: readonly [weight: Variable, first: Variable, second: Variable],
    { learningRate, beta1, beta2, epsilon }: Record<'learningRate' | 'beta1' | 'beta2' | 'epsilon', number>,
    gradient: Tensor,
  ): void {
    this.tidy(() => {
      const scalars = [0, 0, learningRate, beta1, beta2, epsilon].map((value) => this.scalar(value));
      const handles = variables.map(({ handle }) => handle);
      this.runAll('ResourceApplyAdam', [...handles, ...scalars, gradient], { T: FLOAT });
    });
  }

  destroy({ handle }: Variable): void {
    this.runAll('DestroyResourceOp', [handle], {}, { ignore_lookup_error: true });
    this.#spareHandles.push(handle);
  }
}
