/**
 * Tensors in TensorFlow's memory, outside tfjs, and the asking for operations on them.
 *
 * Training goes past tfjs for three things that it has not: types (bfloat16 for the matrix products, uint16 for dropout),
 * resource variables, which the optimizer updates in place, and an end to a tensor's memory that the program chooses.
 * Every value belongs to the innermost `tidy` that is open when it is made, and is freed with it unless returned.
 */
import type { Engine, Tensor } from '../engine.ts';

/** A tensor in TensorFlow's memory. */
export interface Value {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** TensorFlow's numbers of its types (types.proto), as far as training needs them. */
export const FLOAT = 1;
export const INT32 = 3;
export const BFLOAT16 = 14;
export const UINT16 = 17;

type AttributeKind = 'TF_ATTR_TYPE' | 'TF_ATTR_BOOL' | 'TF_ATTR_INT' | 'TF_ATTR_STRING' | 'TF_ATTR_SHAPE';

interface Attribute {
  name: string;
  type: number;
  value: number | boolean | string | number[];
}

interface Binding extends Record<AttributeKind, number> {
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Value[];
  createTensor(shape: number[], dtype: number, data: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
}

interface Backend {
  binding: Binding;
  getInputTensorIds(tensors: Tensor[]): number[];
  createOutputTensor(value: Value): Tensor;
}

/** Memory, and how an operation is asked for; `Kernels` names the operations. */
export class NativeMemory {
  readonly #backend: Backend;
  readonly #binding: Binding;
  readonly #scopes: Set<Value>[] = [new Set()];
  readonly #axes = new Map<number, Value>();
  readonly #attributes = new Map<string, Attribute>();

  constructor(tf: Engine) {
    this.#backend = tf.backend() as unknown as Backend;
    this.#binding = this.#backend.binding;
  }

  /** Runs `work` and frees all values that it made, but those it returns: a value, or a list or record of values. */
  tidy<T>(work: () => T): T {
    const scope = new Set<Value>();
    this.#scopes.push(scope);
    try {
      const result = work();
      const outer = this.#scopes.at(-2)!;
      for (const value of valuesIn(result)) if (scope.delete(value)) outer.add(value);
      return result;
    } finally {
      this.#scopes.pop();
      for (const value of scope) this.#binding.deleteTensor(value.id);
    }
  }

  /** Frees values before their scope ends; those that are freed already are passed over. */
  free(...values: (Value | undefined)[]): void {
    for (const value of values)
      if (value && this.#scopes.some((scope) => scope.delete(value))) this.#binding.deleteTensor(value.id);
  }

  /** Lets a value outlive all scopes, until it is freed. */
  keep(value: Value): Value {
    for (const scope of this.#scopes) scope.delete(value);
    this.#scopes[0]!.add(value);
    return value;
  }

  /** Frees what is left, constants included. */
  dispose(): void {
    for (const scope of this.#scopes) {
      for (const value of scope) this.#binding.deleteTensor(value.id);
      scope.clear();
    }
    this.#axes.clear();
  }

  floats(shape: readonly number[], data: Float32Array): Value {
    return this.create(shape, FLOAT, data);
  }

  ints(shape: readonly number[], data: Int32Array): Value {
    return this.create(shape, INT32, data);
  }

  scalar(value: number): Value {
    return this.create([], FLOAT, Float32Array.of(value));
  }

  /** A copy of a float value's numbers. */
  read(value: Value): Float32Array {
    return this.#binding.tensorDataSync(value.id);
  }

  /** The value of a tfjs tensor, whose memory both share until one of them is disposed. */
  fromTensor(tensor: Tensor): Value {
    return this.own(this.run('Identity', [this.type('T', FLOAT)], this.#backend.getInputTensorIds([tensor])));
  }

  /** A value as a tfjs tensor, to which its memory belongs from here on. */
  toTensor(value: Value): Tensor {
    for (const scope of this.#scopes) scope.delete(value);
    return this.#backend.createOutputTensor(value);
  }

  protected one(name: string, attributes: Attribute[], ...inputs: Value[]): Value {
    return this.own(this.execute(name, attributes, inputs, 1)[0]!);
  }

  protected execute(
    name: string,
    attributes: Attribute[],
    inputs: readonly Value[],
    outputs: number,
  ): Value[] {
    const ids = inputs.map(({ id }) => id);
    return this.#binding.executeOp(name, attributes, ids, outputs);
  }

  protected run(name: string, attributes: Attribute[], inputs: number[]): Value {
    return this.#binding.executeOp(name, attributes, inputs, 1)[0]!;
  }

  protected own(value: Value): Value {
    this.#scopes.at(-1)!.add(value);
    return value;
  }

  protected create(shape: readonly number[], dtype: number, data: Float32Array | Int32Array): Value {
    const id = this.#binding.createTensor([...shape], dtype, data);
    return this.own({ id, shape, dtype });
  }

  protected shape(sizes: readonly number[]): Value {
    return this.create([sizes.length], INT32, Int32Array.from(sizes));
  }

  /** Constants outlive all scopes but the last. */
  protected constant(cache: Map<number, Value>, key: number, create: () => Value): Value {
    let constant = cache.get(key);
    if (!constant) {
      constant = this.keep(create());
      cache.set(key, constant);
    }
    return constant;
  }

  protected axis(axis: number): Value {
    return this.constant(this.#axes, axis, () => this.create([], INT32, Int32Array.of(axis)));
  }

  protected type(name: string, dtype: number): Attribute {
    return this.attribute(name, 'TF_ATTR_TYPE', dtype);
  }

  protected flag(name: string, value: boolean): Attribute {
    return this.attribute(name, 'TF_ATTR_BOOL', value);
  }

  protected count(name: string, value: number): Attribute {
    return this.attribute(name, 'TF_ATTR_INT', value);
  }

  protected attribute(name: string, kind: AttributeKind, value: Attribute['value']): Attribute {
    const key = `${name}=${value}`;
    let attribute = this.#attributes.get(key);
    if (!attribute) {
      attribute = { name, type: this.#binding[kind], value };
      this.#attributes.set(key, attribute);
    }
    return attribute;
  }
}

function valuesIn(result: unknown): Value[] {
  if (typeof result !== 'object' || result === null) return [];
  if ('id' in result && 'dtype' in result) return [result as Value];
  return Object.values(result).flatMap(valuesIn);
}
