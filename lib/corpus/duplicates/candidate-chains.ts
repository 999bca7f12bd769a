import type { Groups } from './groups.ts';
import { SIGNATURE_WORDS, similarityOf } from './signature.ts';

/** Candidates of one record that are compared in one band; a band that many share tells nothing. */
const MOST_COMPARED = 8;
/** Candidates for which there is room at first. */
const ROOM = 1024;

/** The records that have some band in common, as far as no similar one was among them: a chain for each band. */
export class CandidateChains {
  readonly #groups: Groups;
  readonly #similarity: number;
  #count = 0;
  #records = new Int32Array(ROOM);
  #keys = new Int32Array(ROOM);
  /** The candidate after each in its chain, or -1. */
  #next = new Int32Array(ROOM);
  #signatures = new Uint32Array(ROOM * SIGNATURE_WORDS);
  /** A hash table from keys to the first candidates of chains; -1 is free. */
  #slots = new Int32Array(2 * ROOM).fill(-1);
  #heads = 0;

  /** @param similarity from which two records are joined */
  constructor(groups: Groups, similarity: number) {
    this.#groups = groups;
    this.#similarity = similarity;
  }

  /**
   * Joins a record with the first similar one of its band, or adds it to the chain.
   * @param words hold its signature from `at`
   */
  add(record: number, key: number, words: Uint32Array, at: number): void {
    this.#put(record, key, words, at);
    const slot = this.#slotOf(key);
    const head = this.#slots[slot]!;
    if (head !== -1) {
      if (this.#joins(record, head)) return;
      this.#next[this.#count] = this.#next[head]!;
      this.#next[head] = this.#count++;
      return;
    }
    this.#slots[slot] = this.#count++;
    if (2 * ++this.#heads > this.#slots.length) this.#rehash();
  }

  /** Whether the record that was put last belongs to one of the chain. */
  #joins(record: number, head: number): boolean {
    const root = this.#groups.rootOf(record);
    let other = head;
    for (let compared = 0; other !== -1 && compared < MOST_COMPARED; compared++) {
      const otherRoot = this.#groups.rootOf(this.#records[other]!);
      if (otherRoot === root) return true;
      if (similarityOf(this.#signatures, this.#count, other) >= this.#similarity) {
        this.#groups.join(root, otherRoot);
        return true;
      }
      other = this.#next[other]!;
    }
    return false;
  }

  /** Writes a candidate to the first free place, which is its own only when it is counted. */
  #put(record: number, key: number, words: Uint32Array, at: number): void {
    if (this.#count === this.#records.length) this.#grow();
    this.#records[this.#count] = record;
    this.#keys[this.#count] = key;
    this.#next[this.#count] = -1;
    const to = this.#count * SIGNATURE_WORDS;
    for (let word = 0; word < SIGNATURE_WORDS; word++) this.#signatures[to + word] = words[at + word]!;
  }

  #slotOf(key: number): number {
    const last = this.#slots.length - 1;
    let slot = Math.imul(key ^ (key >>> 15), 0x9e3779b1) & last;
    while (this.#slots[slot] !== -1 && this.#keys[this.#slots[slot]!] !== key) slot = (slot + 1) & last;
    return slot;
  }

  #rehash(): void {
    const heads = this.#slots.filter((head) => head !== -1);
    this.#slots = new Int32Array(2 * this.#slots.length).fill(-1);
    for (const head of heads) this.#slots[this.#slotOf(this.#keys[head]!)] = head;
  }

  #grow(): void {
    const larger = <A extends Int32Array | Uint32Array>(array: A, into: A): A => {
      into.set(array);
      return into;
    };
    const room = 2 * this.#records.length;
    this.#records = larger(this.#records, new Int32Array(room));
    this.#keys = larger(this.#keys, new Int32Array(room));
    this.#next = larger(this.#next, new Int32Array(room));
    this.#signatures = larger(this.#signatures, new Uint32Array(room * SIGNATURE_WORDS));
  }
}
