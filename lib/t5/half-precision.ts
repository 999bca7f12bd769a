/** Numbers of 16 bits as numbers of 32. */

/**
 * A bfloat16 is the upper half of a 32-bit float.
 * @param bytes may be the upper half of the memory of `floats`
 */
export function bfloat16ToFloats(bytes: Uint8Array, floats: Float32Array): void {
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, floats.length);
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  for (let index = 0; index < bits.length; index++) bits[index] = halves[index]! << 16;
}

/** The float of every binary16: looking one up is ten times as quick as computing it. */
let table: Float32Array | undefined;

/** @param bytes may be the upper half of the memory of `floats` */
export function float16ToFloats(bytes: Uint8Array, floats: Float32Array): void {
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, floats.length);
  table ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => float16ToFloat(half));
  for (let index = 0; index < floats.length; index++) floats[index] = table[halves[index]!]!;
}

/** IEEE 754 binary16: 1 sign bit, 5 of the exponent with bias 15, 10 of the fraction. */
function float16ToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
