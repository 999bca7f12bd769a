/** Slots for each entry. */
const ROOM = 1.3;

/**
 * Where the entries of a file lie, by the beginnings of their digests: 8 bytes a slot, two numbers each. One is the
 * first four bytes of a digest, the other where its entry begins, plus one, in whatever unit the file has; 0 is free.
 * The next four bytes of the digest say where to look first.
 */
export class DigestIndex {
  /** What a file keeps of it. */
  readonly table: Uint32Array;
  readonly #slots: number;

  /** @param table of an earlier index, or room for one */
  constructor(table: Uint32Array) {
    this.table = table;
    this.#slots = table.length / 2;
  }

  /** An empty index for so many entries. */
  static of(entries: number): DigestIndex {
    return new DigestIndex(new Uint32Array(2 * Math.max(16, Math.ceil(entries * ROOM))));
  }

  /**
   * Notes where an entry lies. Of equal digests the first stays.
   * @param first four bytes of its digest, little-endian @param second the next four
   */
  add(first: number, second: number, place: number): void {
    if (place >= 2 ** 32 - 1) return;
    let slot = second % this.#slots;
    while (this.table[2 * slot + 1] !== 0) {
      if (this.table[2 * slot] === first) return;
      slot = (slot + 1) % this.#slots;
    }
    this.table[2 * slot] = first;
    this.table[2 * slot + 1] = place + 1;
  }

  /**
   * Looks an entry up.
   * @param entryAt gives the entry at a place if it has the whole digest
   */
  find<T>(digest: Buffer, entryAt: (place: number) => T | undefined): T | undefined {
    const [first, second] = [digest.readUInt32LE(0), digest.readUInt32LE(4)];
    for (let tried = 0; tried < this.#slots; tried++) {
      const slot = (second + tried) % this.#slots;
      const place = this.table[2 * slot + 1]!;
      if (place === 0) return undefined;
      if (this.table[2 * slot] !== first) continue;
      const entry = entryAt(place - 1);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }
}
