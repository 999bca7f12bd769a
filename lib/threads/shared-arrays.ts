/** Zeros in memory that other threads reach. */
export function sharedInts(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/** A copy that other threads reach. */
export function toShared(array: Int32Array): Int32Array {
  const shared = sharedInts(array.length);
  shared.set(array);
  return shared;
}
