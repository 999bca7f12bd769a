/** The bits of a double that hold the number; the others hold the key. */
const NUMBERS = 2 ** 24;

/** The lower bits of a digest, as many as a key has. */
export const keyOfDigest = (digest: bigint): number => Number(BigInt.asUintN(29, digest));

/**
 * The numbers from 0 to `count`, up to 2^24, that have the same key, for each key in order. Key and number make one
 * double, which a typed array sorts fast and in little memory.
 * @param keyOf of up to 29 bits
 */
export function* withEqualKeys(count: number, keyOf: (number: number) => number): Generator<number[]> {
  const sorted = new Float64Array(count);
  for (let number = 0; number < count; number++) sorted[number] = keyOf(number) * NUMBERS + number;
  sorted.sort();
  for (let at = 0; at < count; ) {
    const numbers: number[] = [];
    const end = (Math.floor(sorted[at]! / NUMBERS) + 1) * NUMBERS;
    for (; at < count && sorted[at]! < end; at++) numbers.push(sorted[at]! % NUMBERS);
    yield numbers;
  }
}
