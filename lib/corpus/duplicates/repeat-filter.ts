/**
 * Tells which of many keys repeat, in two to four bytes for each: what it says to be there once is there once; of what
 * it says to repeat one in eight does not.
 */
export class RepeatFilter {
  /** No more than so many of the noted keys repeat. */
  atMost = 0;
  readonly #once: Uint32Array;
  readonly #again: Uint32Array;
  readonly #shift: number;

  /** @param keys how many are noted at most */
  constructor(keys: number) {
    const bits = Math.min(31, Math.max(10, Math.ceil(Math.log2(8 * Math.max(1, keys)))));
    this.#shift = 32 - bits;
    this.#once = new Uint32Array(2 ** (bits - 5));
    this.#again = new Uint32Array(2 ** (bits - 5));
  }

  note(key: number): void {
    const bit = this.#bitOf(key);
    const mask = 1 << (bit & 31);
    if ((this.#once[bit >>> 5]! & mask) === 0) this.#once[bit >>> 5]! |= mask;
    else {
      this.#again[bit >>> 5]! |= mask;
      // The first of them was not counted when it came.
      this.atMost += 2;
    }
  }

  mayRepeat(key: number): boolean {
    const bit = this.#bitOf(key);
    return (this.#again[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  #bitOf(key: number): number {
    return Math.imul(key ^ (key >>> 15), 0x9e3779b1) >>> this.#shift;
  }
}
