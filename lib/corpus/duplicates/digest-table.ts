/** A hash table from digests to the number of a record, without an object for each: some 10 bytes a record. */

/** 32-bit words of a digest; by 96 bits the chance that any two of four million records are taken for one is 1e-16. */
export const DIGEST_WORDS = 3;

export class DigestTable {
  readonly #digests: Uint32Array;
  readonly #slots: Int32Array;

  /**
   * @param digests of all records, `DIGEST_WORDS` each
   * @param records how many there are
   */
  constructor(digests: Uint32Array, records: number) {
    this.#digests = digests;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * Math.max(1, records)))).fill(-1);
  }

  /** The record that has this one's digest, or -1; from then on it is this one. */
  replace(record: number): number {
    const slot = this.#slotOf(this.#digests, record);
    const before = this.#slots[slot]!;
    this.#slots[slot] = record;
    return before;
  }

  /** The record that has this one's digest; it is this one where none had it. */
  firstOf(record: number): number {
    const slot = this.#slotOf(this.#digests, record);
    if (this.#slots[slot] === -1) this.#slots[slot] = record;
    return this.#slots[slot]!;
  }

  /** The record with the digest that stands at a place of other digests, or -1. */
  find(digests: Uint32Array, place: number): number {
    return this.#slots[this.#slotOf(digests, place)]!;
  }

  #slotOf(digests: Uint32Array, place: number): number {
    const last = this.#slots.length - 1;
    for (let slot = digests[place * DIGEST_WORDS]! & last; ; slot = (slot + 1) & last) {
      const record = this.#slots[slot]!;
      if (record === -1 || this.#isSame(record, digests, place)) return slot;
    }
  }

  #isSame(record: number, digests: Uint32Array, place: number): boolean {
    for (let i = 0; i < DIGEST_WORDS; i++)
      if (this.#digests[record * DIGEST_WORDS + i] !== digests[place * DIGEST_WORDS + i]) return false;
    return true;
  }
}
