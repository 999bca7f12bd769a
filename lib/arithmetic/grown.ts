type Numbers =
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** The numbers of an array in a longer one of the same type, of twice the length unless another is given. */
export function grown<A extends Numbers>(array: A, length = 2 * array.length): A {
  const larger = new (array.constructor as new (length: number) => A)(length);
  larger.set(array);
  return larger;
}
