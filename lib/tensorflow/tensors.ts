/**
 * Tensors in TensorFlow's memory. They go past tfjs, which knows neither bfloat16 nor variables that change in place, and
 * through which an operation costs 28 us instead of 8.
 *
 * Every tensor belongs to the innermost `tidy` that is open when it is made, and is freed with it unless returned.
 */
export interface Tensor {
  readonly id: number;
  readonly shape: readonly number[];
  /** TensorFlow's number of the element type. */
  readonly dtype: number;
}

/** TensorFlow's numbers of its types (types.proto). */
export const FLOAT = 1;
export const INT32 = 3;
export const UINT8 = 4;
export const BFLOAT16 = 14;
export const UINT16 = 17;

export interface Attribute {
  name: string;
  type: number;
  value: number | boolean | string | readonly number[];
}

type AttributeKind = 'TF_ATTR_TYPE' | 'TF_ATTR_BOOL' | 'TF_ATTR_INT' | 'TF_ATTR_STRING' | 'TF_ATTR_SHAPE';

export interface Binding extends Record<AttributeKind, number> {
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Tensor[];
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array | Uint8Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array;
  getNumOfTensors(): number;
}

export interface Engine {
  binding: Binding;
  /** Whether tensors lie in the memory of a GPU. */
  isUsingGpuDevice: boolean;
}

/** Product of all, as of the lengths of a shape. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);

/** Memory, and how an operation is run; `Operations` names the operations. */
export class Tensors {
  readonly engine: Engine;
  readonly #binding: Binding;
  readonly #scopes: Set<Tensor>[] = [new Set()];
  /** Shapes, axes and permutations: the same few come back at every step. */
  readonly #constants = new Map<string, Tensor>();

  constructor(engine: Engine) {
    this.engine = engine;
    this.#binding = engine.binding;
  }

  /** Frees all tensors that `work` makes but those it returns: one, or a list or record of tensors. */
  tidy<T>(work: () => T): T {
    const scope = new Set<Tensor>();
    this.#scopes.push(scope);
    try {
      const result = work();
      const outer = this.#scopes.at(-2)!;
      for (const tensor of tensorsIn(result)) if (scope.delete(tensor)) outer.add(tensor);
      return result;
    } finally {
      this.#scopes.pop();
      for (const { id } of scope) this.#binding.deleteTensor(id);
    }
  }

  /** Frees tensors before their scope ends; those that are freed already are ignored. */
  free(...tensors: (Tensor | undefined)[]): void {
    for (const tensor of tensors)
      if (tensor && this.#scopes.some((scope) => scope.delete(tensor))) this.#binding.deleteTensor(tensor.id);
  }

  /** Lets a tensor outlive all scopes, until it is freed. */
  keep(tensor: Tensor): Tensor {
    for (const scope of this.#scopes) scope.delete(tensor);
    this.#scopes[0]!.add(tensor);
    return tensor;
  }

  /** Frees what is left. */
  dispose(): void {
    for (const scope of this.#scopes) this.free(...scope);
    this.#constants.clear();
  }

  floats(shape: readonly number[], data: Float32Array): Tensor {
    return this.create(shape, FLOAT, data);
  }

  ints(shape: readonly number[], data: Int32Array): Tensor {
    return this.create(shape, INT32, data);
  }

  scalar(value: number): Tensor {
    return this.create([], FLOAT, Float32Array.of(value));
  }

  /** A copy of the numbers of floats. */
  read(tensor: Tensor): Float32Array {
    return this.#binding.tensorDataSync(tensor.id) as Float32Array;
  }

  readInts(tensor: Tensor): Int32Array {
    return this.#binding.tensorDataSync(tensor.id) as Int32Array;
  }

  /** A copy of the memory of FLOAT or BFLOAT16. */
  readBytes(tensor: Tensor): Uint8Array {
    const count = sizeOf(tensor.shape);
    const width = tensor.dtype === BFLOAT16 ? 2 : 4;
    return this.tidy(() => {
      let words = this.run('Reshape', [tensor, this.constant([count])], { T: tensor.dtype });
      if (width === 2) {
        // As integers of 4 bytes, because the binding reads no type of two.
        const paddings = this.ints([1, 2], Int32Array.of(0, count % 2));
        const even = this.run('Pad', [words, paddings], { T: BFLOAT16 });
        const pairs = this.run('Reshape', [even, this.constant([Math.ceil(count / 2), 2])], { T: BFLOAT16 });
        words = this.run('Bitcast', [pairs], { T: BFLOAT16, type: INT32 });
      }
      const { buffer, byteOffset } = this.#binding.tensorDataSync(words.id);
      return new Uint8Array(buffer, byteOffset, count * width);
    });
  }

  /** A tensor of FLOAT or BFLOAT16 whose memory the bytes are, if they are aligned as TensorFlow wants it. */
  fromBytes(bytes: Uint8Array, shape: readonly number[], dtype: number): Tensor {
    return this.tidy(() => {
      const raw = this.create([...shape, dtype === BFLOAT16 ? 2 : 4], UINT8, bytes);
      return this.run('Bitcast', [raw], { T: UINT8, type: dtype });
    });
  }

  /** An operation with one result. */
  protected run(
    name: string,
    inputs: readonly Tensor[],
    types: Record<string, number>,
    options?: Record<string, Attribute['value']>,
  ): Tensor {
    return this.runAll(name, inputs, types, options, 1)[0]!;
  }

  /**
   * Runs an operation.
   * @param types attributes that are element types
   * @param options all others
   */
  protected runAll(
    name: string,
    inputs: readonly Tensor[],
    types: Record<string, number>,
    options: Record<string, Attribute['value']> = {},
    outputs = 0,
  ): Tensor[] {
    const attributes: Attribute[] = [];
    for (const key in types)
      attributes.push({ name: key, type: this.#binding.TF_ATTR_TYPE, value: types[key]! });
    for (const key in options) attributes.push(this.#option(key, options[key]!));
    const ids = inputs.map(({ id }) => id);
    const results = this.#binding.executeOp(name, attributes, ids, outputs);
    for (const tensor of results) this.#scopes.at(-1)!.add(tensor);
    return results;
  }

  protected create(
    shape: readonly number[],
    dtype: number,
    data: Float32Array | Int32Array | Uint8Array,
  ): Tensor {
    const tensor = { id: this.#binding.createTensor(shape, dtype, data), shape, dtype };
    this.#scopes.at(-1)!.add(tensor);
    return tensor;
  }

  /** A whole number, or a list of them, as TensorFlow wants axes and shapes. It lives until all tensors go. */
  protected constant(value: number | readonly number[]): Tensor {
    const isList = typeof value !== 'number';
    const key = isList ? `[${value}]` : `${value}`;
    let known = this.#constants.get(key);
    if (!known) {
      const list = isList ? value : [value];
      known = this.keep(this.ints(isList ? [list.length] : [], Int32Array.from(list)));
      this.#constants.set(key, known);
    }
    return known;
  }

  #option(name: string, value: Attribute['value']): Attribute {
    const { TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_SHAPE } = this.#binding;
    if (name === 'shape') return { name, type: TF_ATTR_SHAPE, value };
    const kinds: Record<string, number> = { boolean: TF_ATTR_BOOL, string: TF_ATTR_STRING };
    return { name, type: kinds[typeof value] ?? TF_ATTR_INT, value };
  }
}

function tensorsIn(result: unknown): Tensor[] {
  if (typeof result !== 'object' || result === null || ArrayBuffer.isView(result)) return [];
  if ('id' in result && 'dtype' in result) return [result as Tensor];
  return Object.values(result).flatMap(tensorsIn);
}
