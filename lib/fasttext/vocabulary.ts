import { hashOf } from './hash.ts';

const EMPTY = -1;

/**
 * Distinct tokens, numbered in the order in which they were added, in an open-addressed table by fastText's hash: a `Map`
 * takes twice the time to find a string that was just cut out of a line.
 */
export class Vocabulary {
  readonly tokens: string[] = [];
  /** fastText's hash of each token, as a signed 32-bit number. */
  readonly hashes: number[] = [];
  /** Token numbers, at most half of the places taken. */
  #slots = new Int32Array(1 << 13).fill(EMPTY);

  /** The number of a token; a new one is added. */
  add(token: string): number {
    const hash = hashOf(token);
    const slot = this.#slotOf(token, hash);
    const known = this.#slots[slot]!;
    if (known !== EMPTY) return known;
    // A copy, because what was cut out of a line keeps all of the line in memory.
    const added = this.tokens.push(Buffer.from(token, 'latin1').toString('latin1')) - 1;
    this.hashes.push(hash);
    this.#slots[slot] = added;
    if (2 * added > this.#slots.length) this.#rehash();
    return added;
  }

  /** The number of a token, or -1. */
  find(token: string): number {
    return this.#slots[this.#slotOf(token, hashOf(token))]!;
  }

  /** Where the token stands, or the free place where it would. */
  #slotOf(token: string, hash: number): number {
    const last = this.#slots.length - 1;
    // The low bits of fastText's hash change little with a token's end; these do.
    for (let slot = (hash ^ (hash >>> 15)) & last; ; slot = (slot + 1) & last) {
      const number = this.#slots[slot]!;
      if (number === EMPTY || (this.hashes[number] === hash && this.tokens[number] === token)) return slot;
    }
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(EMPTY);
    for (const [number, token] of this.tokens.entries())
      this.#slots[this.#slotOf(token, this.hashes[number]!)] = number;
  }
}
