/**
 * Distinct tokens, numbered in the order in which they were added. They lie as UTF-8 one behind the other in one array,
 * and are found by an open-addressed table of their numbers: no string and no object is kept for a token, which takes
 * 30 bytes where a `Map` of strings takes 150. Tokens are bytes throughout, as the C++ program has it: what is no
 * UTF-8 stays as it is.
 */
import { grown } from '../arithmetic/grown.ts';
import { hashBytes } from './hash.ts';

const EMPTY = -1;

export class TokenTable {
  #size = 0;
  #bytes = new Uint8Array(1 << 16);
  /** Token t has the bytes from `starts[t]` to before `starts[t + 1]`. */
  #starts = new Uint32Array(1 << 12);
  #hashes = new Int32Array(1 << 12);
  /** Token numbers, at most half of the places taken. */
  #slots = new Int32Array(1 << 13).fill(EMPTY);

  get size(): number {
    return this.#size;
  }

  /** fastText's hash of each token, as a signed 32-bit number. */
  get hashes(): Int32Array {
    return this.#hashes.subarray(0, this.#size);
  }

  /** The bytes of a token; to be read only. */
  bytesOf(token: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[token]!, this.#starts[token + 1]!);
  }

  textOf(token: number): string {
    return DECODER.decode(this.bytesOf(token));
  }

  /** Whether a token begins with these bytes. */
  startsWith(token: number, prefix: Uint8Array): boolean {
    const start = this.#starts[token]!;
    return start + prefix.length <= this.#starts[token + 1]! && this.#isSame(start, prefix, 0, prefix.length);
  }

  /**
   * The number of the token with the bytes from place `from` to before `to`, or -1.
   * @param hash that `hashBytes` gives for these bytes
   */
  find(bytes: Uint8Array, from: number, to: number, hash: number): number {
    return this.#slots[this.#slotOf(bytes, from, to, hash)]!;
  }

  /** The same; a new token is added. */
  add(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const slot = this.#slotOf(bytes, from, to, hash);
    const known = this.#slots[slot]!;
    if (known !== EMPTY) return known;
    const token = this.#size++;
    this.#makeRoom(to - from);
    const start = this.#starts[token]!;
    for (let place = from; place < to; place++) this.#bytes[start + place - from] = bytes[place]!;
    this.#starts[token + 1] = start + to - from;
    this.#hashes[token] = hash;
    this.#slots[slot] = token;
    if (2 * this.#size > this.#slots.length) this.#rehash();
    return token;
  }

  /** Where the token stands, or the free place where it would. */
  #slotOf(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const last = this.#slots.length - 1;
    for (let slot = spread(hash) & last; ; slot = (slot + 1) & last) {
      const token = this.#slots[slot]!;
      if (token === EMPTY) return slot;
      const start = this.#starts[token]!;
      const hasLength = this.#starts[token + 1]! - start === to - from;
      if (this.#hashes[token] === hash && hasLength && this.#isSame(start, bytes, from, to)) return slot;
    }
  }

  #isSame(start: number, bytes: Uint8Array, from: number, to: number): boolean {
    for (let place = from; place < to; place++)
      if (this.#bytes[start + place - from] !== bytes[place]) return false;
    return true;
  }

  /** Room for the newest token, which has this many bytes, and for the end of it. */
  #makeRoom(bytes: number): void {
    const needed = this.#starts[this.#size - 1]! + bytes;
    if (needed > this.#bytes.length)
      this.#bytes = grown(this.#bytes, Math.max(2 * this.#bytes.length, needed));
    if (this.#size < this.#starts.length) return;
    [this.#starts, this.#hashes] = [grown(this.#starts), grown(this.#hashes)];
  }

  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length).fill(EMPTY);
    const last = this.#slots.length - 1;
    for (let token = 0; token < this.#size; token++) {
      let slot = spread(this.#hashes[token]!) & last;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & last;
      this.#slots[slot] = token;
    }
  }
}

/** The low bits of fastText's hash change little with a token's end; these do. */
const spread = (hash: number) => hash ^ (hash >>> 15);

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** Adds a token that is not cut out of a text. */
export function addToken(table: TokenTable, token: Uint8Array): number {
  return table.add(token, 0, token.length, hashBytes(token, 0, token.length));
}

/** Finds one; -1 where there is none. */
export function findToken(table: TokenTable, token: Uint8Array): number {
  return table.find(token, 0, token.length, hashBytes(token, 0, token.length));
}
