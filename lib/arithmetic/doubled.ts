/** A copy of an array with twice the length. */
export function doubled<A extends Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(2 * array.length);
  larger.set(array);
  return larger;
}
